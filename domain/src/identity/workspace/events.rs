//! What has happened to a workspace. Stored for ever: add variants, never change one.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum WorkspaceEvent {
    #[serde(rename = "workspace.created")]
    Created { name: String, description: String },
    #[serde(rename = "workspace.renamed")]
    Renamed { name: String },
    #[serde(rename = "workspace.described")]
    Described { description: String },
    #[serde(rename = "workspace.archived")]
    Archived {},
}

impl DomainEvent for WorkspaceEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "workspace.created",
            Self::Renamed { .. } => "workspace.renamed",
            Self::Described { .. } => "workspace.described",
            Self::Archived {} => "workspace.archived",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}

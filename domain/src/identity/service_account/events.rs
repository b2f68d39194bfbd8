//! What has happened to a service account. Stored for ever: add variants, never change one.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ServiceAccountEvent {
    #[serde(rename = "service_account.created")]
    Created { name: String },
    #[serde(rename = "service_account.renamed")]
    Renamed { name: String },
    #[serde(rename = "service_account.removed")]
    Removed {},
}

impl DomainEvent for ServiceAccountEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "service_account.created",
            Self::Renamed { .. } => "service_account.renamed",
            Self::Removed {} => "service_account.removed",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}

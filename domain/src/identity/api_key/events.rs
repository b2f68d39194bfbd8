//! What has happened to an API key. Stored for ever: add variants, never change one.

use std::collections::BTreeSet;

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{NamedBases, Owner, RevokeReason};
use crate::identity::{ApiKeySecretId, WorkspaceId};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ApiKeyEvent {
    #[serde(rename = "api_key.created")]
    Created {
        owner: Owner,
        name: String,
        scopes: BTreeSet<String>,
        workspaces: Option<BTreeSet<WorkspaceId>>,
        bases: Option<NamedBases>,
        networks: BTreeSet<String>,
        expires_at: Timestamp,
        secret: ApiKeySecretId,
    },
    #[serde(rename = "api_key.renamed")]
    Renamed { name: String },
    #[serde(rename = "api_key.rotated")]
    Rotated { secret: ApiKeySecretId, previous_until: Option<Timestamp> },
    #[serde(rename = "api_key.revoked")]
    Revoked { because: RevokeReason },
}

impl DomainEvent for ApiKeyEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "api_key.created",
            Self::Renamed { .. } => "api_key.renamed",
            Self::Rotated { .. } => "api_key.rotated",
            Self::Revoked { .. } => "api_key.revoked",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}

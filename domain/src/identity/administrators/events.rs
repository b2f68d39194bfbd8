//! What has happened to the administrators. Stored for ever: add variants, never change one.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use crate::identity::UserId;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum AdministratorsEvent {
    #[serde(rename = "administrators.begun")]
    Begun { user: UserId },
    #[serde(rename = "administrators.named")]
    Named { user: UserId },
    #[serde(rename = "administrators.removed")]
    Removed { user: UserId },
}

impl DomainEvent for AdministratorsEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Begun { .. } => "administrators.begun",
            Self::Named { .. } => "administrators.named",
            Self::Removed { .. } => "administrators.removed",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}

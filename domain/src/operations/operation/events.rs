//! What has happened in an operation. Stored for ever: add variants, never change one.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use super::{Act, Outcome};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum OperationEvent {
    #[serde(rename = "operation.begun")]
    Begun { act: Act, target: String, reason: String },
    #[serde(rename = "operation.ended")]
    Ended { outcome: Outcome, count: u64, detail: String },
}

impl DomainEvent for OperationEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Begun { .. } => "operation.begun",
            Self::Ended { .. } => "operation.ended",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}

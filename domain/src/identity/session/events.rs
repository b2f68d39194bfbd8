//! What has happened to a session. Stored for ever: add variants, never change one.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use crate::identity::session::EndReason;
use crate::identity::{TenantId, UserId};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SessionEvent {
    #[serde(rename = "session.started")]
    Started { user: UserId, tenant: TenantId },
    #[serde(rename = "session.tenant_changed")]
    TenantChanged { tenant: TenantId },
    #[serde(rename = "session.ended")]
    Ended {},
    #[serde(rename = "session.revoked")]
    Revoked { because: EndReason },
}

impl DomainEvent for SessionEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Started { .. } => "session.started",
            Self::TenantChanged { .. } => "session.tenant_changed",
            Self::Ended {} => "session.ended",
            Self::Revoked { .. } => "session.revoked",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}

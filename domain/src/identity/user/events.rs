//! What has happened to a user. Stored for ever: add variants, never change one.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use crate::identity::{CredentialId, TenantId};
use crate::personal::Personal;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum UserEvent {
    #[serde(rename = "user.registered")]
    Registered {
        email: Personal<String>,
        username: Option<Personal<String>>,
        name: Option<Personal<String>>,
        credential: CredentialId,
        email_verified: bool,
        tenant: TenantId,
    },
    #[serde(rename = "user.profile_changed")]
    ProfileChanged { username: Option<Personal<String>>, name: Option<Personal<String>> },
    #[serde(rename = "user.tenant_joined")]
    TenantJoined { tenant: TenantId },
    #[serde(rename = "user.tenant_left")]
    TenantLeft { tenant: TenantId },
}

impl DomainEvent for UserEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Registered { .. } => "user.registered",
            Self::ProfileChanged { .. } => "user.profile_changed",
            Self::TenantJoined { .. } => "user.tenant_joined",
            Self::TenantLeft { .. } => "user.tenant_left",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}

//! What has happened to a tenant. Stored for ever: add variants, never change one.

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Ended;
use crate::identity::{Quota, UserId};
use crate::personal::Personal;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TenantEvent {
    #[serde(rename = "tenant.created")]
    Created { name: String, owner: UserId },
    #[serde(rename = "tenant.renamed")]
    Renamed { name: String },
    /// Whether its members have to show a code besides their password.
    #[serde(rename = "tenant.second_factor_requirement_changed")]
    SecondFactorRequirementChanged { required: bool },
    #[serde(rename = "tenant.contact_changed")]
    ContactChanged { contact: Personal<String> },
    #[serde(rename = "tenant.owner_added")]
    OwnerAdded { user: UserId },
    #[serde(rename = "tenant.owner_removed")]
    OwnerRemoved { user: UserId },
    #[serde(rename = "tenant.audit_exported")]
    AuditExported { after: i64, up_to: i64 },
    #[serde(rename = "tenant.suspended")]
    Suspended { reason: String },
    #[serde(rename = "tenant.restored")]
    Restored { reason: String },
    /// Without a limit there is none any more.
    #[serde(rename = "tenant.quota_changed")]
    QuotaChanged { quota: Quota, limit: Option<u64>, reason: String },
    #[serde(rename = "tenant.closing_begun")]
    ClosingBegun { ends_at: Timestamp },
    #[serde(rename = "tenant.closing_withdrawn")]
    ClosingWithdrawn {},
    #[serde(rename = "tenant.closed")]
    Closed {},
    #[serde(rename = "tenant.exported")]
    Exported {},
    #[serde(rename = "tenant.emptied")]
    Emptied { ended: Ended },
}

impl DomainEvent for TenantEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "tenant.created",
            Self::Renamed { .. } => "tenant.renamed",
            Self::SecondFactorRequirementChanged { .. } => "tenant.second_factor_requirement_changed",
            Self::ContactChanged { .. } => "tenant.contact_changed",
            Self::OwnerAdded { .. } => "tenant.owner_added",
            Self::OwnerRemoved { .. } => "tenant.owner_removed",
            Self::AuditExported { .. } => "tenant.audit_exported",
            Self::Suspended { .. } => "tenant.suspended",
            Self::Restored { .. } => "tenant.restored",
            Self::QuotaChanged { .. } => "tenant.quota_changed",
            Self::ClosingBegun { .. } => "tenant.closing_begun",
            Self::ClosingWithdrawn {} => "tenant.closing_withdrawn",
            Self::Closed {} => "tenant.closed",
            Self::Exported {} => "tenant.exported",
            Self::Emptied { .. } => "tenant.emptied",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}

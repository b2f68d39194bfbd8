//! What has happened to a membership. Stored for ever: add variants, never change one.

use std::collections::BTreeSet;

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use crate::identity::{Role, UserId, WorkspaceId};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum MembershipEvent {
    #[serde(rename = "membership.added")]
    Added { user: UserId, role: Role, workspaces: BTreeSet<WorkspaceId> },
    #[serde(rename = "membership.role_changed")]
    RoleChanged { role: Role },
    #[serde(rename = "membership.workspaces_changed")]
    WorkspacesChanged { workspaces: BTreeSet<WorkspaceId> },
    #[serde(rename = "membership.removed")]
    Removed {},
    #[serde(rename = "membership.requests_refused")]
    RequestsRefused { operation: String, refusals: u64 },
}

impl DomainEvent for MembershipEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Added { .. } => "membership.added",
            Self::RoleChanged { .. } => "membership.role_changed",
            Self::WorkspacesChanged { .. } => "membership.workspaces_changed",
            Self::Removed {} => "membership.removed",
            Self::RequestsRefused { .. } => "membership.requests_refused",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}

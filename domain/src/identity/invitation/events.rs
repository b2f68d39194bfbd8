//! What has happened to an invitation. Stored for ever: add variants, never change one.

use std::collections::BTreeSet;

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use crate::identity::{ProofId, Role, UserId, WorkspaceId};
use crate::personal::Personal;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum InvitationEvent {
    #[serde(rename = "invitation.sent")]
    Sent {
        slot: u8,
        email: Personal<String>,
        role: Role,
        workspaces: BTreeSet<WorkspaceId>,
        by: UserId,
        proof: ProofId,
    },
    #[serde(rename = "invitation.sent_again")]
    SentAgain { by: UserId, proof: ProofId },
    #[serde(rename = "invitation.accepted")]
    Accepted { user: UserId },
    #[serde(rename = "invitation.revoked")]
    Revoked {},
}

impl DomainEvent for InvitationEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Sent { .. } => "invitation.sent",
            Self::SentAgain { .. } => "invitation.sent_again",
            Self::Accepted { .. } => "invitation.accepted",
            Self::Revoked {} => "invitation.revoked",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}

//! What may be asked of an invitation.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::identity::{ProofId, Role, UserId, WorkspaceId};
use crate::personal::Personal;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum InvitationCommand {
    Send {
        /// The place that it takes among the open ones of its tenant; those before it are taken.
        slot: u8,
        email: Personal<String>,
        role: Role,
        workspaces: BTreeSet<WorkspaceId>,
        /// Who invites.
        by: UserId,
        /// What the mail shows.
        proof: ProofId,
    },
    /// Another mail; the one before counts no more. Whoever asks for it is the one who invites.
    SendAgain {
        by: UserId,
        proof: ProofId,
    },
    Accept {
        user: UserId,
        proof: ProofId,
    },
    Revoke,
}

//! What may be asked of a membership.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::identity::{Role, UserId, WorkspaceId};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum MembershipCommand {
    Add {
        user: UserId,
        role: Role,
        workspaces: BTreeSet<WorkspaceId>,
    },
    ChangeRole {
        role: Role,
    },
    ChangeWorkspaces {
        workspaces: BTreeSet<WorkspaceId>,
    },
    /// Both at once; what is left out stays.
    Change {
        role: Option<Role>,
        workspaces: Option<BTreeSet<WorkspaceId>>,
    },
    Remove,
    /// They asked for something that they may not, so often within an hour that it is told of.
    NoteRefusals {
        /// Method and path, as the path is declared.
        operation: String,
        refusals: u64,
    },
}

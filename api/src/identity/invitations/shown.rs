//! What invitations look like in answers. What a mail shows is in none of them.

use std::collections::BTreeSet;

use domain::identity::invitation::Details;
use domain::identity::proof::Purpose;
use domain::identity::{InvitationId, Role, UserId, WorkspaceId};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// An open invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationShown {
    #[schema(value_type = String, example = "inv_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub id: InvitationId,
    /// Null once it was erased.
    #[schema(required = true, example = "bob@example.org")]
    pub email: Option<String>,
    #[schema(value_type = String, example = "editor")]
    pub role: Role,
    #[schema(value_type = Vec<String>)]
    pub workspaces: BTreeSet<WorkspaceId>,
    /// Who invites.
    #[schema(value_type = String)]
    pub by: UserId,
    /// When the last mail is good for nothing any more.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub expires_at: Option<Timestamp>,
}

impl InvitationShown {
    pub fn of(id: InvitationId, details: &Details) -> Self {
        Self {
            id,
            email: details.email.get().cloned(),
            role: details.role,
            workspaces: details.workspaces.clone(),
            by: details.by.clone(),
            expires_at: Purpose::Invitation.ends_at(&details.proof),
        }
    }
}

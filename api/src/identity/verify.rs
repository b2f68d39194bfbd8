//! `GET /auth/verify`: whose the presented token is.

use std::collections::BTreeSet;

use axum::extract::State;
use domain::identity::{Role, SessionId, TenantId, WorkspaceId};
use projections::Visible;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::UserShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Problem};

#[derive(Serialize, ToSchema)]
pub struct Verified {
    pub valid: bool,
    pub user: UserShown,
    #[schema(value_type = String)]
    pub tenant: TenantId,
    #[schema(value_type = String)]
    pub session: SessionId,
    #[schema(value_type = String, example = "owner")]
    pub role: Role,
    /// The workspaces opened by name; null when every workspace of the tenant is open.
    #[schema(value_type = Option<Vec<String>>)]
    pub workspaces: Option<BTreeSet<WorkspaceId>>,
    pub permissions: Vec<&'static str>,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: jiff::Timestamp,
}

/// Whose a token is
#[utoipa::path(get, path = "/auth/verify", tag = "identity", responses((status = 200, description = "The bearer", body = Verified)))]
pub async fn verify(State(api): State<Api>, principal: Principal) -> Result<Answer<Verified>, Problem> {
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    let workspaces = match principal.visible() {
        Visible::All => None,
        Visible::Only(named) => Some(named),
    };
    let (role, permissions) = (principal.role(), principal.permissions());
    Ok(Answer::new(Verified {
        valid: true,
        user: UserShown::from(known),
        tenant: principal.tenant,
        session: principal.session,
        role,
        workspaces,
        permissions,
        expires_at: principal.expires_at,
    }))
}

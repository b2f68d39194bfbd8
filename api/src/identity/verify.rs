//! `GET /auth/verify`: whose the presented token is.

use std::collections::BTreeSet;

use axum::extract::State;
use domain::identity::{ApiKeyId, Role, SessionId, TenantId, UserId, WorkspaceId};
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
    /// Nobody where a service account asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserShown>,
    /// Who acts: a person, or a service account.
    #[schema(value_type = String)]
    pub actor: UserId,
    #[schema(value_type = String)]
    pub tenant: TenantId,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub session: Option<SessionId>,
    /// The API key that was shown in the place of a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub api_key: Option<ApiKeyId>,
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
    let known = api.user(&principal.user).await?;
    if known.is_none() && principal.session().is_ok() {
        return Err(Problem::unauthenticated());
    }
    let workspaces = match principal.visible() {
        Visible::All => None,
        Visible::Only(named) => Some(named),
    };
    let (role, permissions) = (principal.role(), principal.permissions());
    Ok(Answer::new(Verified {
        valid: true,
        user: known.map(UserShown::from),
        session: principal.session().ok().cloned(),
        api_key: principal.key().map(|key| key.id.clone()),
        actor: principal.user,
        tenant: principal.tenant,
        role,
        workspaces,
        permissions,
        expires_at: principal.expires_at,
    }))
}

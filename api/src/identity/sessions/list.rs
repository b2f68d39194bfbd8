//! `GET /auth/sessions`: where a person is signed in.

use axum::extract::State;
use domain::identity::{SessionId, TenantId};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Problem};
use crate::identity::kept::SessionRow;

#[derive(Serialize, ToSchema)]
pub struct SessionsShown {
    data: Vec<SessionShown>,
}

#[derive(Serialize, ToSchema)]
struct SessionShown {
    #[schema(value_type = String)]
    id: SessionId,
    /// Whether it is the one that asks.
    current: bool,
    /// The tenant that it is at work in.
    #[schema(value_type = String)]
    tenant: TenantId,
    /// What signed in, as it called itself.
    #[schema(required = true, example = "curl/8.5.0")]
    client: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// When its token was last exchanged.
    #[schema(value_type = String, format = DateTime)]
    used_at: Timestamp,
    /// When it ends unless it is used before.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Your sessions
///
/// Those that hold, the one used last first.
#[utoipa::path(
    get, path = "/auth/sessions", tag = "identity",
    responses((status = 200, description = "Where you are signed in", body = SessionsShown))
)]
pub async fn list(State(api): State<Api>, principal: Principal) -> Result<Answer<SessionsShown>, Problem> {
    let session = principal.session()?;
    let rows = api.identity.kept.sessions_of(&principal.user).await?;
    let shown = |row: SessionRow| SessionShown {
        current: row.id == *session,
        id: row.id,
        tenant: row.tenant,
        client: row.client,
        started_at: row.started_at,
        used_at: row.used_at,
        expires_at: row.expires_at,
    };
    Ok(Answer::new(SessionsShown { data: rows.into_iter().map(shown).collect() }))
}

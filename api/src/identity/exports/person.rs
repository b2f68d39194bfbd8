//! `POST /auth/account/export`: what is known of whoever asks.

use axum::extract::State;
use axum::response::Response;
use domain::identity::user::UserCommand;
use domain::identity::{Membership, TenantId, User};
use eventstore::execute::Plan;
use serde_json::json;

use super::lines::{self, Cut, Lines};
use super::{events, keys};
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Problem};
use crate::identity::answers::UserShown;
use crate::identity::user_state::Known;
use crate::identity::{ids, recent, user_state};

/// Take your data along
///
/// One line of JSON for each thing: `profile`, `session`, `membership`, `api_key`, and `event` for what happened to you and
/// to your memberships. The last line, `end`, says how many there were: without it the export is not whole. No secrets. That
/// it was taken is an event.
#[utoipa::path(
    post, path = "/auth/account/export", tag = "identity",
    responses(
        (status = 200, description = "Lines", content_type = "application/x-ndjson", body = String),
        (status = 403, description = "`reauth_required`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn export(State(api): State<Api>, call: Call, principal: Principal) -> Result<Response, Problem> {
    recent::proven(&api, &principal).await?;
    let platform = user_state::platform()?;
    let record = UserCommand::RecordExport;
    let plan = Plan::new().decide::<User>(&platform, ids::stream(&principal.user)?, record);
    let request = call.unkeyed(&platform).by(principal.user.as_str());
    api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    let asked = api.clone();
    Ok(lines::answer(&api, async move |mut lines| {
        let written = write(&asked, &mut lines, known).await;
        (lines, written)
    }))
}

async fn write(api: &Api, lines: &mut Lines, known: Known) -> Result<(), Cut> {
    let (user, tenants) = (known.id.clone(), known.details.tenants.clone());
    lines.say("profile", &UserShown::from(known)).await?;
    for row in api.identity.kept.sessions_of(&user).await? {
        let session = json!({
            "id": row.id, "tenant": row.tenant, "client": row.client, "started_at": row.started_at,
            "used_at": row.used_at, "expires_at": row.expires_at,
        });
        lines.say("session", &session).await?;
    }
    let platform: TenantId = user_state::platform()?;
    for tenant in &tenants {
        let found = api.executor.state::<Membership>(tenant, ids::stream(&user)?).await?;
        if let Some(details) = found.state.details() {
            let membership =
                json!({ "tenant": tenant, "role": details.role, "workspaces": details.workspaces });
            lines.say("membership", &membership).await?;
        }
        keys::say(api, lines, tenant, Some(&user)).await?;
        events::of_stream::<Membership>(api, lines, tenant, user.as_str()).await?;
    }
    events::of_stream::<User>(api, lines, &platform, user.as_str()).await
}

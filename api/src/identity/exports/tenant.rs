//! `POST /v1/tenant/export`: what is known of a tenant, for its owner.

use axum::extract::State;
use axum::response::Response;
use domain::identity::tenant::TenantCommand;
use domain::identity::{InvitationId, Tenant, UserId, Webhook, WebhookId, WorkspaceId, service_account};
use eventstore::execute::Plan;
use projections::Visible;
use projections::identity::{members, workspaces};

use super::lines::{self, Cut, Lines};
use super::{events, keys};
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Problem};
use crate::identity::answers::WorkspaceShown;
use crate::identity::invitations::InvitationShown;
use crate::identity::members::MemberListed;
use crate::identity::reserved::WEBHOOK_SLOT;
use crate::identity::service_accounts::ServiceAccountShown;
use crate::identity::tenants::shown::shown;
use crate::identity::webhooks::{WebhookShown, slots};
use crate::identity::{ids, recent};

const PAGE: usize = 200;
/// Webhooks that are told of one by one; what happened to more is among the events.
const WEBHOOKS_MAX: i64 = 10_000;

/// Take the data of your tenant along
///
/// One line of JSON for each thing: `tenant`, `member`, `service_account`, `workspace`, `invitation`, `webhook`, `api_key`, and
/// `event` for all that happened in it. The last line, `end`, says how many there were: without it the export is not whole.
/// No secrets. Also while the tenant is being closed. That it was taken is an event.
#[utoipa::path(
    post, path = "/v1/tenant/export", tag = "members",
    responses(
        (status = 200, description = "Lines", content_type = "application/x-ndjson", body = String),
        (status = 403, description = "`reauth_required`, `session_required`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn export(State(api): State<Api>, call: Call, principal: Principal) -> Result<Response, Problem> {
    recent::proven(&api, &principal).await?;
    let tenant = &principal.tenant;
    let plan = Plan::new().decide::<Tenant>(tenant, ids::stream(tenant)?, TenantCommand::RecordExport);
    let request = call.unkeyed(tenant).by(principal.user.as_str());
    api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    let asked = api.clone();
    Ok(lines::answer(&api, async move |mut lines| {
        let written = write(&asked, &mut lines, &principal).await;
        (lines, written)
    }))
}

async fn write(api: &Api, lines: &mut Lines, principal: &Principal) -> Result<(), Cut> {
    let tenant = &principal.tenant;
    lines.say("tenant", &shown(tenant, &api.tenant(tenant).await?)?).await?;
    say_members(api, lines, principal).await?;
    say_workspaces(api, lines, principal).await?;
    for id in api.open_invitations(tenant).await? {
        let id: InvitationId = ids::checked(&id)?;
        let found = api.invitation(tenant, &id).await?;
        if let Some(details) = found.state.open() {
            lines.say("invitation", &InvitationShown::of(id, details)).await?;
        }
    }
    say_webhooks(api, lines, principal).await?;
    keys::say(api, lines, tenant, None).await?;
    events::of_tenant(api, lines, principal).await
}

async fn say_members(api: &Api, lines: &mut Lines, principal: &Principal) -> Result<(), Cut> {
    let mut after: Option<UserId> = None;
    loop {
        let mut queries = api.queries.begin(&principal.tenant).await?;
        let rows = members::list(&mut queries, after.as_ref(), PAGE).await?;
        drop(queries);
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.user.clone());
        for row in rows {
            if !service_account::is_one(&row.user) {
                lines.say("member", &MemberListed::from(row)).await?;
            } else if let Some((name, details)) = api.service_account(&principal.tenant, &row.user).await? {
                lines.say("service_account", &ServiceAccountShown::new(row.user, &name, &details)).await?;
            }
        }
    }
}

async fn say_workspaces(api: &Api, lines: &mut Lines, principal: &Principal) -> Result<(), Cut> {
    let mut after: Option<WorkspaceId> = None;
    loop {
        let mut queries = api.queries.begin(&principal.tenant).await?;
        let rows = workspaces::list(&mut queries, &Visible::All, after.as_ref(), PAGE).await?;
        drop(queries);
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.id.clone());
        for row in rows {
            let workspace = WorkspaceShown {
                id: row.id,
                name: row.name,
                description: row.description,
                version: row.version,
            };
            lines.say("workspace", &workspace).await?;
        }
    }
}

/// Found by the places that they hold.
async fn say_webhooks(api: &Api, lines: &mut Lines, principal: &Principal) -> Result<(), Cut> {
    let beginning = slots::of_tenant(&principal.tenant);
    for owner in api.identity.kept.owners_below(WEBHOOK_SLOT, &beginning, WEBHOOKS_MAX).await? {
        let id: WebhookId = ids::checked(&owner)?;
        let found = api.executor.state::<Webhook>(&principal.tenant, ids::stream(&id)?).await?;
        if let Ok(shown) = WebhookShown::of(&id, &found.state) {
            lines.say("webhook", &shown).await?;
        }
    }
    Ok(())
}

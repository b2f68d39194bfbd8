//! `POST /v1/workspaces/{workspace}/webhooks`.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::webhook::{PER_WORKSPACE_MAX, WebhookCommand};
use domain::identity::{TenantId, Webhook, WebhookId, WebhookSecretId, WorkspaceId};
use domain::secret::Secret;
use eventstore::execute::{CommandError, Plan, Receipt, Request};
use eventstore::webhook_secrets::Owner;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::found::location;
use super::shown::{WebhookShown, WebhookWithSecret, secret_text};
use super::{checked, slots};
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::ids;
use crate::identity::place::Place;
use crate::identity::pointers::pointed;
use crate::identity::reserved::WEBHOOK_SLOT;

/// Times that a place is looked for: others may take the one that was found, but no more than there are.
const ATTEMPTS_MAX: u8 = PER_WORKSPACE_MAX + 1;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// http or https, to a public host.
    #[schema(example = "https://hooks.example.org/airtide", max_length = 2048)]
    url: String,
    #[serde(default)]
    #[schema(max_length = 500)]
    description: String,
    /// Which events are delivered; without it, or empty: all that a webhook may carry.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 50, example = json!(["workspace.renamed"]))]
    event_types: BTreeSet<String>,
    #[serde(default = "yes")]
    #[schema(default = true)]
    enabled: bool,
}

fn yes() -> bool {
    true
}

/// What adding draws.
struct Drawn {
    tenant: TenantId,
    workspace: WorkspaceId,
    webhook: WebhookId,
    secret: WebhookSecretId,
}

impl Drawn {
    fn owner(&self) -> Owner<'_> {
        Owner { tenant: &self.tenant, webhook: &self.webhook }
    }
}

/// Add a webhook
///
/// The answer shows the secret that deliveries are signed with, this once. A workspace has at most 20 webhooks.
#[utoipa::path(
    post, path = "/v1/workspaces/{workspace}/webhooks", tag = "webhooks", request_body = NewWebhook,
    params(("workspace" = String, Path, description = "Its id")),
    responses(
        (status = 201, description = "Added", body = WebhookWithSecret),
        (status = 409, description = "`too_many_webhooks`, or `already_done`: a retry is told where it is, and not the secret", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn add(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Place(workspace): Place,
    Json(body): Json<NewWebhook>,
) -> Result<Response, Problem> {
    check(&api, &body)?;
    let request = call.request(&api.executor, &principal.tenant, principal.user.as_str(), &body)?;
    let request = request.in_workspace(workspace.clone());
    let drawn = Drawn {
        tenant: principal.tenant,
        workspace,
        webhook: ids::new(ids::WEBHOOK)?,
        secret: ids::new(ids::WEBHOOK_SECRET)?,
    };
    let secret = api.identity.webhook_secrets.keep_new(drawn.owner(), &drawn.secret).await?;
    match carry_out(&api, &call, &request, &drawn, &body).await {
        Ok(receipt) if receipt.replayed => {
            drop_secret(&api, &drawn).await;
            let (stream, _) = receipt.streams.first().ok_or_else(Problem::internal)?;
            let first = ids::checked(stream.id.as_str())?;
            Err(call.explain(Problem::already_done(&location(&drawn.workspace, &first))))
        }
        Ok(receipt) => added(&api, &call, &receipt, &drawn, &secret).await,
        Err(problem) => {
            // Where the outcome is open, an event may name it yet.
            if problem.status() != StatusCode::SERVICE_UNAVAILABLE {
                drop_secret(&api, &drawn).await;
            }
            Err(problem)
        }
    }
}

fn check(api: &Api, body: &NewWebhook) -> Result<(), Problem> {
    let mut errors = checked::event_types(&body.event_types);
    errors.extend(checked::url(&*api.identity.web, &body.url));
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

async fn carry_out(
    api: &Api,
    call: &Call,
    request: &Request,
    drawn: &Drawn,
    body: &NewWebhook,
) -> Result<Receipt, Problem> {
    for _ in 0..ATTEMPTS_MAX {
        let slot = api.free_slot(&drawn.tenant, &drawn.workspace, &drawn.webhook).await?;
        match api.executor.execute(request, plan(drawn, body, slot)?).await {
            Err(CommandError::Taken) => continue,
            outcome => return outcome.map_err(|error| pointed(call.problem(error))),
        }
    }
    Err(call.problem(CommandError::Contended))
}

fn plan(drawn: &Drawn, body: &NewWebhook, slot: u8) -> Result<Plan, Problem> {
    let Drawn { tenant, workspace, webhook, secret } = drawn;
    let add = WebhookCommand::Add {
        workspace: workspace.clone(),
        slot,
        url: body.url.clone(),
        description: body.description.clone(),
        event_types: body.event_types.clone(),
        enabled: body.enabled,
        secret: secret.clone(),
    };
    let plan = Plan::new().create::<Webhook>(tenant, ids::stream(webhook)?, add);
    Ok(plan.take(WEBHOOK_SLOT, slots::key(tenant, workspace, slot), webhook.as_str()))
}

async fn added(
    api: &Api,
    call: &Call,
    receipt: &Receipt,
    drawn: &Drawn,
    secret: &Secret<Vec<u8>>,
) -> Result<Response, Problem> {
    if let Err(error) = api.identity.webhook_secrets.mark_named(drawn.owner(), &drawn.secret).await {
        tracing::warn!(error = eventstore::chain_of(&error), "a secret of a webhook is not marked yet");
    }
    let made = api.webhook_at(&drawn.tenant, &drawn.webhook, receipt.version()).await?;
    let webhook = WebhookShown::of(&drawn.webhook, &made.state)?;
    let answer = call.answer(receipt, StatusCode::CREATED).etag(webhook.version);
    let answer = answer.location(location(&drawn.workspace, &drawn.webhook));
    Ok(answer.json(&WebhookWithSecret { webhook, secret: secret_text(secret) }))
}

async fn drop_secret(api: &Api, drawn: &Drawn) {
    if let Err(error) = api.identity.webhook_secrets.drop_one(drawn.owner(), &drawn.secret).await {
        tracing::warn!(error = eventstore::chain_of(&error), "a secret that signs nothing is left");
    }
}

//! `POST /v1/workspaces/{workspace}/webhooks/{webhook}/rotate-secret`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::webhook::{Endpoint, WebhookCommand};
use domain::identity::{Webhook, WebhookSecretId};
use domain::secret::Secret;
use eventstore::execute::{Plan, Receipt};
use jiff::Timestamp;

use super::found::{FoundWebhook, refused};
use super::shown::{WebhookShown, WebhookWithSecret, secret_text};
use crate::Api;
use crate::http::{Call, Problem};
use crate::identity::ids;

/// Rotate the secret of a webhook
///
/// The answer shows the new secret, this once. For 24 hours deliveries are signed with the one before as well, so that
/// receivers can move over; the one before that signs nothing any more.
#[utoipa::path(
    post, path = "/v1/workspaces/{workspace}/webhooks/{webhook}/rotate-secret", tag = "webhooks",
    params(
        ("workspace" = String, Path, description = "Its workspace"),
        ("webhook" = String, Path, description = "Its id"),
    ),
    responses(
        (status = 200, description = "Rotated", body = WebhookWithSecret),
        (status = 409, description = "`already_done`: a retry is not shown the secret", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn rotate_secret(
    State(api): State<Api>,
    call: Call,
    found: FoundWebhook,
) -> Result<Response, Problem> {
    let request = found.request(&api, &call, &())?;
    let id: WebhookSecretId = ids::new(ids::WEBHOOK_SECRET)?;
    let secret = api.identity.webhook_secrets.keep_new(found.owner(), &id).await?;
    let rotate = WebhookCommand::RotateSecret { secret: id.clone(), at: Timestamp::now() };
    let plan = Plan::new().decide::<Webhook>(&found.tenant, found.stream()?, rotate);
    match api.executor.execute(&request, plan).await {
        Ok(receipt) if receipt.replayed => {
            drop_secret(&api, &found, &id).await;
            Err(call.explain(Problem::already_done(&found.location())))
        }
        Ok(receipt) => rotated(&api, &call, &found, &receipt, &secret).await,
        Err(error) => {
            let problem = refused(&call, error);
            // Where the outcome is open, an event may name it yet.
            if problem.status() != StatusCode::SERVICE_UNAVAILABLE {
                drop_secret(&api, &found, &id).await;
            }
            Err(problem)
        }
    }
}

async fn rotated(
    api: &Api,
    call: &Call,
    found: &FoundWebhook,
    receipt: &Receipt,
    secret: &Secret<Vec<u8>>,
) -> Result<Response, Problem> {
    let state = api.webhook_at(&found.tenant, &found.id, receipt.version()).await?.state;
    if let Some(endpoint) = state.any_endpoint()
        && let Err(error) = settle(api, found, endpoint).await
    {
        tracing::warn!(error = eventstore::chain_of(&error), "secrets of a webhook are not marked yet");
    }
    let webhook = WebhookShown::of(&found.id, &state)?;
    let answer = call.answer(receipt, StatusCode::OK).etag(webhook.version);
    Ok(answer.json(&WebhookWithSecret { webhook, secret: secret_text(secret) }))
}

/// The new secret is named by an event now; the ones before come to their ends.
async fn settle(api: &Api, found: &FoundWebhook, endpoint: &Endpoint) -> sqlx::Result<()> {
    let secrets = &api.identity.webhook_secrets;
    secrets.mark_named(found.owner(), &endpoint.secret).await?;
    if let Some(previous) = &endpoint.previous {
        secrets.ends_at(found.owner(), &previous.secret, previous.until).await?;
    }
    Ok(())
}

async fn drop_secret(api: &Api, found: &FoundWebhook, id: &WebhookSecretId) {
    if let Err(error) = api.identity.webhook_secrets.drop_one(found.owner(), id).await {
        tracing::warn!(error = eventstore::chain_of(&error), "a secret that signs nothing is left");
    }
}

//! `DELETE /v1/workspaces/{workspace}/webhooks/{webhook}`. Its history stays in the log, its secrets go.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::Webhook;
use domain::identity::webhook::WebhookCommand;
use eventstore::execute::Plan;

use super::found::{FoundWebhook, refused};
use super::slots;
use crate::Api;
use crate::http::{Call, IfMatch, Problem};
use crate::identity::reserved::WEBHOOK_SLOT;

/// Remove a webhook
#[utoipa::path(
    delete, path = "/v1/workspaces/{workspace}/webhooks/{webhook}", tag = "webhooks",
    params(
        ("workspace" = String, Path, description = "Its workspace"),
        ("webhook" = String, Path, description = "Its id"),
        IfMatch,
    ),
    responses((status = 204, description = "Removed"))
)]
pub async fn remove(
    State(api): State<Api>,
    call: Call,
    found: FoundWebhook,
    expected: IfMatch,
) -> Result<Response, Problem> {
    let request = found.request(&api, &call, &())?;
    let expected = expected.version(found.state.revision());
    let plan =
        Plan::new().decide::<Webhook>(&found.tenant, found.stream()?, WebhookCommand::Remove { expected });
    let plan = match found.state.endpoint() {
        Some(endpoint) => {
            let slot = slots::key(&found.tenant, &found.workspace, endpoint.slot);
            plan.release(WEBHOOK_SLOT, slot, found.id.as_str())
        }
        // Removed already: its place may be another's by now.
        None => plan,
    };
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| refused(&call, error))?;
    if let Err(error) = api.identity.webhook_secrets.drop_all_of(found.owner()).await {
        tracing::warn!(error = eventstore::chain_of(&error), "secrets that sign nothing any more are left");
    }
    let revision = found.state.revision() + i64::from(!found.state.is_removed());
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).etag(revision).into_response())
}

//! `POST /v1/workspaces/{workspace}/webhooks/{webhook}/test`: has something delivered that means nothing.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::Webhook;
use domain::identity::webhook::WebhookCommand;
use eventstore::execute::Plan;

use super::found::{FoundWebhook, refused};
use super::shown::Requested;
use crate::Api;
use crate::http::{Call, Problem};

/// Test a webhook
///
/// Delivers an event of the type `webhook.test_requested` to it, whatever types it has chosen.
#[utoipa::path(
    post, path = "/v1/workspaces/{workspace}/webhooks/{webhook}/test", tag = "webhooks",
    params(
        ("workspace" = String, Path, description = "Its workspace"),
        ("webhook" = String, Path, description = "Its id"),
    ),
    responses(
        (status = 202, description = "It will be delivered", body = Requested),
        (status = 409, description = "`webhook_disabled`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn test(State(api): State<Api>, call: Call, found: FoundWebhook) -> Result<Response, Problem> {
    let request = found.request(&api, &call, &())?;
    let plan = Plan::new().decide::<Webhook>(&found.tenant, found.stream()?, WebhookCommand::RequestTest);
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| refused(&call, error))?;
    let delivery_id = *receipt.event_ids.first().ok_or_else(Problem::internal)?;
    let answer = call.answer(&receipt, StatusCode::ACCEPTED).etag(found.state.revision());
    Ok(answer.json(&Requested { delivery_id }))
}

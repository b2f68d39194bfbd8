//! `POST /v1/workspaces/{workspace}/webhooks/{webhook}/redeliver`: delivers an event of the past once more.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::Webhook;
use domain::identity::webhook::WebhookCommand;
use eventstore::catalog;
use eventstore::event::Recorded;
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::found::{FoundWebhook, refused};
use super::shown::Requested;
use crate::Api;
use crate::http::{Call, FieldError, Json, PositionToken, Problem};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redelivery {
    /// Where the event lies in the log: the `position` of an event, or the `event_position` of a delivery.
    position: PositionToken,
}

/// Deliver an event again
///
/// Any event of the workspace that a webhook may carry, whatever types this one has chosen. Receivers know a repeated
/// event by its id.
#[utoipa::path(
    post, path = "/v1/workspaces/{workspace}/webhooks/{webhook}/redeliver", tag = "webhooks",
    request_body = Redelivery,
    params(
        ("workspace" = String, Path, description = "Its workspace"),
        ("webhook" = String, Path, description = "Its id"),
    ),
    responses(
        (status = 202, description = "It will be delivered", body = Requested),
        (status = 409, description = "`webhook_disabled`, or `other_incarnation`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn redeliver(
    State(api): State<Api>,
    call: Call,
    found: FoundWebhook,
    Json(body): Json<Redelivery>,
) -> Result<Response, Problem> {
    found.present()?;
    let event = event(&api, &found, body.position).await?;
    let event_id = event.meta().map_err(|_| Problem::internal())?.event_id;
    let request = found.request(&api, &call, &body)?;
    let ask = WebhookCommand::RequestRedelivery {
        event_id,
        event_type: event.event_type,
        position: event.position,
    };
    let plan = Plan::new().decide::<Webhook>(&found.tenant, found.stream()?, ask);
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| refused(&call, error))?;
    let delivery_id = *receipt.event_ids.first().ok_or_else(Problem::internal)?;
    let answer = call.answer(&receipt, StatusCode::ACCEPTED).etag(found.state.revision());
    Ok(answer.json(&Requested { delivery_id }))
}

/// The event, if it is one that this webhook may carry. What is another's looks like what is not there.
async fn event(api: &Api, found: &FoundWebhook, token: PositionToken) -> Result<Recorded, Problem> {
    token.check_history(api.source.reader().end().await?)?;
    let at = api.source.reader().at(&[token.position]).await?;
    let is_ours = |event: &Recorded| {
        event.stream.tenant == found.tenant && event.scope.as_ref() == Some(&found.workspace)
    };
    let may_be_carried =
        |event: &Recorded| catalog::find(&event.event_type).is_some_and(|known| known.carried);
    at.into_iter().find(|event| is_ours(event) && may_be_carried(event)).ok_or_else(not_deliverable)
}

fn not_deliverable() -> Problem {
    let detail = "No event of this workspace lies there that a webhook may carry.";
    Problem::invalid(vec![FieldError::new("/position", "not_deliverable", detail)])
}

//! `PATCH /v1/workspaces/{workspace}/webhooks/{webhook}`.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::Webhook;
use domain::identity::webhook::WebhookCommand;
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::checked;
use super::found::{FoundWebhook, refused};
use super::shown::WebhookShown;
use crate::Api;
use crate::http::{Call, IfMatch, Json, Problem};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookChange {
    #[schema(max_length = 2048)]
    url: Option<String>,
    #[schema(max_length = 500)]
    description: Option<String>,
    /// Empty: every type that a webhook may carry.
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    event_types: Option<BTreeSet<String>>,
    enabled: Option<bool>,
}

/// Change a webhook
///
/// What is left out stays. `If-Match` carries the version that the change is meant for.
#[utoipa::path(
    patch, path = "/v1/workspaces/{workspace}/webhooks/{webhook}", tag = "webhooks", request_body = WebhookChange,
    params(
        ("workspace" = String, Path, description = "Its workspace"),
        ("webhook" = String, Path, description = "Its id"),
        IfMatch,
    ),
    responses((status = 200, description = "Changed", body = WebhookShown))
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    found: FoundWebhook,
    expected: IfMatch,
    Json(body): Json<WebhookChange>,
) -> Result<Response, Problem> {
    check(&api, &body)?;
    let request = found.request(&api, &call, &body)?;
    let change = WebhookCommand::Change {
        expected: expected.version(found.state.revision()),
        url: body.url,
        description: body.description,
        event_types: body.event_types,
        enabled: body.enabled,
    };
    let plan = Plan::new().decide::<Webhook>(&found.tenant, found.stream()?, change);
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| refused(&call, error))?;
    let changed = api.webhook_at(&found.tenant, &found.id, receipt.version()).await?;
    let shown = WebhookShown::of(&found.id, &changed.state)?;
    Ok(call.answer(&receipt, StatusCode::OK).etag(shown.version).json(&shown))
}

fn check(api: &Api, body: &WebhookChange) -> Result<(), Problem> {
    let mut errors = body.event_types.as_ref().map(checked::event_types).unwrap_or_default();
    errors.extend(body.url.as_ref().and_then(|url| checked::url(&*api.identity.web, url)));
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

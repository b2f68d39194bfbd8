//! `GET /v1/workspaces/{workspace}/webhooks/{webhook}/deliveries`: how the last attempts went, newest first.

use axum::extract::State;
use jiff::Timestamp;
use projections::identity::webhooks::{self, DeliveryRow, Outcome, Webhooks};
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::found::FoundWebhook;
use crate::Api;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, PositionToken, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct List {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Before>>,
    /// Not older than this: the `Airtide-Position` of an answer.
    #[param(inline)]
    wait_for: Option<PositionToken>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Before(i64);

impl ListKey for Before {
    const LIST: &'static str = "webhook_deliveries";
}

/// One attempt to deliver an event.
#[derive(Serialize, ToSchema)]
pub struct DeliveryShown {
    /// The event that asked for it: what is delivered, or a request to test or to deliver again.
    #[schema(value_type = String, format = "uuid")]
    delivery_id: Uuid,
    /// What was delivered; receivers know it as `webhook-id`.
    #[schema(value_type = String, format = "uuid")]
    event_id: Uuid,
    #[schema(example = "workspace.renamed")]
    event_type: String,
    /// Where that lies in the log; `redeliver` takes it.
    event_position: PositionToken,
    attempt: i32,
    delivered: bool,
    /// What the receiver answered with; null when there was no answer.
    #[schema(required = true)]
    status: Option<i32>,
    /// Why it failed, for programs; null when it did not.
    #[schema(required = true, example = "timed_out")]
    reason: Option<String>,
    /// How long the receiver took; null when it failed.
    #[schema(required = true)]
    duration_ms: Option<i64>,
    /// When it is tried again; null when it is not.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    retry_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

/// List deliveries of a webhook
///
/// The last 100 attempts.
#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}/webhooks/{webhook}/deliveries", tag = "webhooks",
    params(
        ("workspace" = String, Path, description = "Its workspace"),
        ("webhook" = String, Path, description = "Its id"),
        List,
    ),
    responses((status = 200, description = "A page of them", body = Page<DeliveryShown>))
)]
pub async fn list(
    State(api): State<Api>,
    found: FoundWebhook,
    Query(query): Query<List>,
) -> Result<Answer<Page<DeliveryShown>>, Problem> {
    found.present()?;
    api.caught_up(Webhooks::NAME, query.wait_for).await?;
    let before = query.cursor.as_ref().map(|cursor| cursor.after.0);
    let mut queries = api.queries.begin(&found.tenant).await?;
    let rows = webhooks::deliveries(&mut queries, &found.id, before, query.limit.to_fetch()).await?;
    let page = Page::of(rows, query.limit, |row| Before(row.position)).map_err(|_| Problem::internal())?;
    let incarnation = api.progress.head().incarnation;
    Ok(Answer::new(page.map(|row| shown(row, incarnation))))
}

fn shown(row: DeliveryRow, incarnation: Uuid) -> DeliveryShown {
    let (delivered, reason, duration_ms, retry_at) = match row.outcome {
        Outcome::Delivered { duration_ms } => (true, None, Some(duration_ms), None),
        Outcome::Failed { reason, retry_at } => (false, Some(reason), None, retry_at),
    };
    DeliveryShown {
        delivery_id: row.delivery_id,
        event_id: row.event_id,
        event_type: row.event_type,
        event_position: PositionToken { incarnation, position: row.event_position },
        attempt: row.attempt,
        delivered,
        status: row.status,
        reason,
        duration_ms,
        retry_at,
        recorded_at: row.recorded_at,
    }
}

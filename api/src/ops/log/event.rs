//! `GET /v1/ops/log/events/{event}`: one event whole, and what it hangs together with.

use axum::extract::State;
use projections::inspection::{Which, Whole};

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Path, Problem};

/// One event whole
///
/// Its batch, whether its digest still holds, what caused it and what it caused, and the work that is or was owed for it.
#[utoipa::path(
    get, path = "/v1/ops/log/events/{event}", tag = "operations",
    params(("event" = String, Path, description = "Its position, or its id", example = "12")),
    responses((status = 200, description = "The event", body = serde_json::Value))
)]
pub async fn show(
    State(api): State<Api>,
    _: Operator,
    Path(event): Path<String>,
) -> Result<Answer<Whole>, Problem> {
    let which: Which = event.parse().map_err(|_| Problem::not_found())?;
    let found = api.ops.inspection.event(which).await?;
    found.map(Answer::new).ok_or_else(Problem::not_found)
}

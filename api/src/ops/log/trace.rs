//! `GET /v1/ops/log/traces/{correlation}`: everything that one command brought about, as a tree.

use axum::extract::State;
use projections::inspection::Trace;
use uuid::Uuid;

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Path, Problem};

/// What one command brought about
///
/// Commands, their events, the work that these brought about, and the commands in which that ended, each with how long
/// after what is above it it came.
#[utoipa::path(
    get, path = "/v1/ops/log/traces/{correlation}", tag = "operations",
    params(("correlation" = String, Path, format = "uuid", description = "As an event names it")),
    responses((status = 200, description = "The tree", body = serde_json::Value))
)]
pub async fn show(
    State(api): State<Api>,
    _: Operator,
    Path(correlation): Path<Uuid>,
) -> Result<Answer<Trace>, Problem> {
    let found = api.ops.inspection.trace(correlation).await?;
    found.map(Answer::new).ok_or_else(Problem::not_found)
}

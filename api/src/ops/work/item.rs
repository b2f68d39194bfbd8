//! `GET /v1/ops/work/items/{item}`: one piece of work with its event and every attempt.

use axum::extract::State;
use eventstore::work::full_name;
use projections::inspection::PieceWhole;

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Path, Problem};

/// One piece of work
///
/// With the event that it is owed for, and every attempt that is kept.
#[utoipa::path(
    get, path = "/v1/ops/work/items/{item}", tag = "operations",
    params(("item" = String, Path, description = "Its name, `worker/position/part`, with `%2F` for each slash",
        example = "send_mail%2F12%2F")),
    responses((status = 200, description = "The work", body = serde_json::Value))
)]
pub async fn show(
    State(api): State<Api>,
    _: Operator,
    Path(item): Path<String>,
) -> Result<Answer<PieceWhole>, Problem> {
    let name = full_name(&item).ok_or_else(Problem::not_found)?;
    let found = api.ops.inspection.piece(&name).await?;
    found.map(Answer::new).ok_or_else(Problem::not_found)
}

//! `DELETE /v1/ops/work/plans/{operation}`: nothing of a plan is to move after all.

use axum::extract::State;
use axum::http::StatusCode;

use super::planned;
use crate::Api;
use crate::access::Operator;
use crate::http::{Path, Problem};

/// Forget a plan
///
/// 409 `begun` when work has begun to move: it goes on under the same plan, or stays where it is.
#[utoipa::path(
    delete, path = "/v1/ops/work/plans/{operation}", tag = "operations",
    params(("operation" = String, Path, description = "As the plan names it")),
    responses((status = 204, description = "Forgotten"))
)]
pub async fn forget(
    State(api): State<Api>,
    _: Operator,
    Path(operation): Path<String>,
) -> Result<StatusCode, Problem> {
    let plan = planned(&api, operation).await?;
    if plan.is_begun {
        return Err(Problem::conflict("begun", "It was begun: what has moved stays so."));
    }
    api.ops.work.forget(&plan.operation).await?;
    Ok(StatusCode::NO_CONTENT)
}

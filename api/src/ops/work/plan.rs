//! `POST /v1/ops/work/plans`: what would move, fixed, so that whoever looked at it knows what they agree to.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::operations::OperationId;
use eventstore::work::{Deed, Moving, NotPlanned, Plan, Which, Work};

use super::deeds::Wanted;
use super::plan_path;
use crate::Api;
use crate::access::Operator;
use crate::http::{AnswerHead, FieldError, IdempotencyKey, Json, Problem};
use crate::ops::faults::explain;
use crate::ops::jobs;

/// Plan to move work
///
/// Retry, discard or park one piece by its name, or whatever fits. Nothing moves yet: the answer says how many pieces
/// that would be, and of which kinds. What comes or changes after it is left alone. A plan that nobody begins is
/// forgotten after a day.
#[utoipa::path(
    post, path = "/v1/ops/work/plans", tag = "operations", request_body = Wanted,
    responses((status = 201, description = "What would move", body = serde_json::Value,
        headers(("Location" = String))))
)]
pub async fn plan(
    State(api): State<Api>,
    operator: Operator,
    key: IdempotencyKey,
    Json(wanted): Json<Wanted>,
) -> Result<Response, Problem> {
    let deed = wanted.deed;
    let which = wanted.which(api.ops.workers)?;
    let target = format!("{} {}", deed.name(), which.target());
    let named = jobs::Wanted { kind: "plan", target: &target, operator: &operator, key: &key };
    let operation = named.operation().map_err(|_| Problem::internal())?;
    let plan = planned(&api.ops.work, &operation, deed, &which).await?;
    let place = plan_path(&operation);
    Ok(AnswerHead::new(StatusCode::CREATED).location(place).json(&Moving { plan, came: None }))
}

/// The same key means the same plan, as it was fixed the first time.
async fn planned(work: &Work, operation: &OperationId, deed: Deed, which: &Which) -> Result<Plan, Problem> {
    if let Some(plan) = work.planned(operation).await? {
        return Ok(plan);
    }
    match work.plan(operation, deed, which).await {
        Ok(plan) => Ok(plan),
        // Somebody may have sent the same at the same time.
        Err(NotPlanned::Database(error)) => work.planned(operation).await?.ok_or_else(|| explain(&error)),
        Err(reason) => Err(why_not(&reason)),
    }
}

fn why_not(reason: &NotPlanned) -> Problem {
    let detail = reason.to_string();
    match reason {
        NotPlanned::Missing(_) => Problem::new(StatusCode::NOT_FOUND, "not_found", detail),
        NotPlanned::NotSo { .. } => Problem::conflict("work_not_so", detail),
        NotPlanned::MayBeDone { .. } => Problem::conflict("may_be_done", detail),
        NotPlanned::Unfit { .. } => {
            Problem::invalid(vec![FieldError::new("/fitting/states", "unfit_state", detail)])
        }
        NotPlanned::Everything => Problem::invalid(vec![FieldError::new("/fitting", "everything", detail)]),
        NotPlanned::Database(error) => explain(error),
    }
}

//! `POST /v1/ops/work/plans/{operation}/moves`: what was planned moves.

use axum::extract::State;
use axum::response::Response;
use eventstore::chain_of;
use eventstore::operations::Operations;
use eventstore::work::{Moving, Plan, Work};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::planned;
use crate::Api;
use crate::access::Operator;
use crate::http::{IdempotencyKey, Json, Path, Problem};
use crate::ops::acting::Reason;
use crate::ops::jobs::{JobShown, Telling, Wanted, accepted};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Reason,
}

/// Move what was planned
///
/// A job of the process that answers, and an operation in the log, of the name of the plan. One that was cut short goes
/// on when it is asked for again with the same reason. 409 `nothing_to_move` when no piece is planned.
#[utoipa::path(
    post, path = "/v1/ops/work/plans/{operation}/moves", tag = "operations",
    params(("operation" = String, Path, description = "As the plan names it")),
    request_body = Move,
    responses((status = 202, description = "It has begun: `Location` says how far it is", body = JobShown,
        headers(("Location" = String))))
)]
pub async fn begin(
    State(api): State<Api>,
    operator: Operator,
    key: IdempotencyKey,
    Path(operation): Path<String>,
    Json(wanted): Json<Move>,
) -> Result<Response, Problem> {
    let plan = planned(&api, operation).await?;
    if plan.pieces == 0 {
        return Err(Problem::conflict("nothing_to_move", "No piece of work is planned."));
    }
    let target = plan.operation.to_string();
    let job = Wanted { kind: plan.deed.name(), target: &target, operator: &operator, key: &key };
    let operations = Operations::by(api.executor.clone(), operator.actor());
    let running = Running { work: api.ops.work.clone(), operations, plan, reason: wanted.reason };
    accepted(api.ops.jobs.begin(&job, |telling| running.run(telling)))
}

struct Running {
    work: Work,
    operations: Operations,
    plan: Plan,
    reason: Reason,
}

impl Running {
    async fn run(self, mut telling: Telling) -> Result<Value, String> {
        let Running { work, operations, plan, reason } = self;
        let come = work.carry_out(&operations, &plan, reason.as_str(), |moved| {
            telling.tell("pieces", moved.moved + moved.left_alone, moved.pieces);
        });
        let came = come.await.map_err(|failed| {
            tracing::warn!(error = chain_of(&failed), "work could not be moved");
            chain_of(&failed)
        })?;
        serde_json::to_value(Moving { plan, came: Some(came) }).map_err(|error| error.to_string())
    }
}

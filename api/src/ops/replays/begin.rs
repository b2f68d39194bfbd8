//! `POST /v1/ops/replays`: events of the past are given to a worker again, or what would be made of them is said.

use axum::extract::State;
use axum::response::Response;
use eventstore::operations::Operations;

use super::wanted::Replay;
use super::{Act, Again};
use crate::Api;
use crate::access::Operator;
use crate::http::{IdempotencyKey, Json, Problem};
use crate::ops::jobs::{Begun, JobShown, Wanted, accepted};

/// Replay events to a worker
///
/// What was never owed becomes work; what was done is not done again. A job of the process that answers. With `dry_run` it
/// changes nothing; otherwise it needs a reason and is an operation in the log, and one that was cut short makes what is
/// left when it is asked for again.
#[utoipa::path(
    post, path = "/v1/ops/replays", tag = "operations", request_body = Replay,
    responses((status = 202, description = "It has begun: `Location` says how far it is", body = JobShown,
        headers(("Location" = String))))
)]
pub async fn begin(
    State(api): State<Api>,
    operator: Operator,
    key: IdempotencyKey,
    Json(wanted): Json<Replay>,
) -> Result<Response, Problem> {
    let (again, reason) = wanted.checked(api.ops.workers)?;
    let kind = if reason.is_some() { "replay" } else { "replay_preview" };
    let job = Wanted { kind, target: again.worker, operator: &operator, key: &key };
    accepted(match reason {
        None => look(&api, &job, again),
        Some(reason) => {
            let operations = Operations::by(api.executor.clone(), operator.actor());
            let operation = job.operation().map_err(|_| Problem::internal())?;
            carry_out(&api, &job, again, Act { operations, operation, reason })
        }
    })
}

fn look(api: &Api, job: &Wanted<'_>, again: Again) -> Begun {
    let replays = api.ops.replays.clone();
    api.ops.jobs.begin(job, |mut telling| async move {
        replays.preview(&again, &mut |done, total| telling.tell("positions", done, total)).await
    })
}

fn carry_out(api: &Api, job: &Wanted<'_>, again: Again, act: Act) -> Begun {
    let replays = api.ops.replays.clone();
    api.ops.jobs.begin(job, |mut telling| async move {
        replays.carry_out(&again, &act, &mut |done, total| telling.tell("positions", done, total)).await
    })
}

//! `GET /v1/ops/work`: what each worker has before it.

use axum::extract::State;
use eventstore::work::Sight;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Problem};

#[derive(Serialize, ToSchema)]
pub struct WorkersShown {
    data: Vec<WorkerShown>,
}

#[derive(Serialize, ToSchema)]
pub struct WorkerShown {
    #[schema(example = "deliver_webhooks")]
    worker: &'static str,
    /// How much there is in each state, and the age of the oldest work that could be claimed and is not.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    sight: Sight,
}

/// Work by worker and state
#[utoipa::path(
    get, path = "/v1/ops/work", tag = "operations",
    responses((status = 200, description = "Each worker with its counts", body = WorkersShown))
)]
pub async fn show(State(api): State<Api>, _: Operator) -> Result<Answer<WorkersShown>, Problem> {
    let mut data = Vec::with_capacity(api.ops.workers.len());
    for worker in api.ops.workers {
        data.push(WorkerShown { worker, sight: api.ops.work.sight(worker).await? });
    }
    Ok(Answer::new(WorkersShown { data }))
}

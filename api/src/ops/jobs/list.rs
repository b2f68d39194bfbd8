//! `GET /v1/ops/jobs`: what operators asked this process for, and how far it has come.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::JobShown;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Problem};

#[derive(Serialize, ToSchema)]
pub struct JobsShown {
    data: Vec<JobShown>,
}

/// Jobs of this process
///
/// The newest first. Those that ended are kept until others take their place, or the process ends.
#[utoipa::path(
    get, path = "/v1/ops/jobs", tag = "operations",
    responses((status = 200, description = "Those that are known", body = JobsShown))
)]
pub async fn list(State(api): State<Api>, _: Operator) -> Result<Answer<JobsShown>, Problem> {
    Ok(Answer::new(JobsShown { data: api.ops.jobs.all() }))
}

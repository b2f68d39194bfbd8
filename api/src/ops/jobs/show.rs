//! `GET /v1/ops/jobs/{job}`: how far a job has come, and what it came to.

use axum::extract::State;
use uuid::Uuid;

use super::JobShown;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Path, Problem};

/// One job
///
/// 404 when it runs in another process, or the process that ran it has ended, and the job with it.
#[utoipa::path(
    get, path = "/v1/ops/jobs/{job}", tag = "operations",
    params(("job" = String, Path, format = "uuid", description = "As `Location` names it")),
    responses((status = 200, description = "How far it has come", body = JobShown))
)]
pub async fn show(
    State(api): State<Api>,
    _: Operator,
    Path(job): Path<Uuid>,
) -> Result<Answer<JobShown>, Problem> {
    api.ops.jobs.find(job).map(Answer::new).ok_or_else(Problem::not_found)
}

//! `DELETE /v1/ops/log/exports/{job}`: an export that was fetched, or that nobody wants, goes.

use axum::extract::State;
use axum::http::StatusCode;
use uuid::Uuid;

use super::{at_rest, kept, unusable};
use crate::Api;
use crate::access::Operator;
use crate::http::{Path, Problem};
use crate::ops::jobs::JobState;

/// Delete an export
///
/// 409 `running` while its job makes it.
#[utoipa::path(
    delete, path = "/v1/ops/log/exports/{job}", tag = "operations",
    params(("job" = String, Path, format = "uuid", description = "The job that made it")),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete(
    State(api): State<Api>,
    _: Operator,
    Path(job): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    if api.ops.jobs.find(job).is_some_and(|job| job.state == JobState::Running) {
        return Err(Problem::conflict("running", "Its job runs: wait for its end."));
    }
    let kept = kept(&api);
    match at_rest(move || kept.remove(job)).await? {
        Ok(true) => Ok(StatusCode::NO_CONTENT),
        Ok(false) => Err(Problem::not_found()),
        Err(error) => Err(unusable(&error)),
    }
}

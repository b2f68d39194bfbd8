//! `POST /v1/ops/projections/{name}/drop`: what of a read model is not in use goes.

use axum::extract::State;
use axum::http::StatusCode;
use domain::operations::operation::Act;
use eventstore::operations::{self, Operations};
use projections::runtime::rebuild::{Dropped, RebuildFailed, came_of_dropping, drop_unused};
use serde::Deserialize;
use utoipa::ToSchema;

use super::named;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Json, Path, Problem};
use crate::ops::acting::Reason;
use crate::ops::faults::explain;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Drop {
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Reason,
}

/// Drop what is not in use
///
/// Tables beside those in use, and those of versions that are in use no more. 409 `busy_projection` while somebody makes,
/// switches or writes them.
#[utoipa::path(
    post, path = "/v1/ops/projections/{name}/drop", tag = "operations",
    params(("name" = String, Path, description = "As the list has it", example = "workspaces")),
    request_body = Drop,
    responses((status = 200, description = "What was dropped", body = serde_json::Value))
)]
pub async fn carry_out(
    State(api): State<Api>,
    operator: Operator,
    Path(name): Path<String>,
    Json(wanted): Json<Drop>,
) -> Result<Answer<Dropped>, Problem> {
    let projection = named(&name)?;
    let operations = Operations::by(api.executor.clone(), operator.actor());
    let operation = operations::new_id().map_err(|fault| explain(&fault))?;
    let begun = operations.begin(&operation, Act::DropProjection, name, wanted.reason.as_str()).await;
    begun.map_err(|fault| explain(&fault))?;
    let outcome = drop_unused(&api.ops.places.database_url, projection).await;
    operations.end(&operation, came_of_dropping(&outcome)).await.map_err(|fault| explain(&fault))?;
    outcome.map(Answer::new).map_err(problem)
}

fn problem(failed: RebuildFailed) -> Problem {
    match failed {
        failed if failed.is_missing() => Problem::new(StatusCode::NOT_FOUND, "not_found", failed.to_string()),
        failed if failed.is_conflict() => Problem::conflict("busy_projection", failed.to_string()),
        failed => explain(&failed),
    }
}

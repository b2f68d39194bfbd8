//! What is owed to the outside: how much of it there is, what it is, and what of it fails; and how it gets going again:
//! first a plan, which is looked at, then the moving.

mod choice;
pub mod counts;
mod deeds;
pub mod forget;
pub mod groups;
pub mod item;
pub mod items;
pub mod moves;
pub mod plan;

use domain::operations::OperationId;
use eventstore::work::Plan;

use crate::Api;
use crate::http::Problem;

/// Where a plan is.
fn plan_path(operation: &OperationId) -> String {
    format!("/v1/ops/work/plans/{operation}")
}

async fn planned(api: &Api, operation: String) -> Result<Plan, Problem> {
    let operation = OperationId::new(operation).map_err(|_| Problem::not_found())?;
    api.ops.work.planned(&operation).await?.ok_or_else(Problem::not_found)
}

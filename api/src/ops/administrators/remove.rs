//! `DELETE /v1/ops/administrators/{user}`: one administrator less.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::administrators::AdministratorsCommand;
use domain::identity::{Administrators, UserId};
use eventstore::execute::Plan;

use crate::Api;
use crate::access::Operator;
use crate::http::{Call, Path, Problem};
use crate::identity::user_state;

/// Remove an administrator
///
/// Others, or oneself. 409 `last_administrator` for the only one.
#[utoipa::path(
    delete, path = "/v1/ops/administrators/{user}", tag = "operations",
    params(("user" = String, Path, description = "Their id")),
    responses((status = 204, description = "They administer the platform no more"))
)]
pub async fn remove(
    State(api): State<Api>,
    call: Call,
    operator: Operator,
    Path(user): Path<UserId>,
) -> Result<Response, Problem> {
    let platform = user_state::platform()?;
    let remove = AdministratorsCommand::Remove { user };
    let plan = Plan::new().decide::<Administrators>(&platform, user_state::administrators()?, remove);
    let request = call.unkeyed(&platform).by(operator.actor());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

//! `PUT /v1/ops/administrators/{user}`: one more administrator.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::administrators::AdministratorsCommand;
use domain::identity::{Administrators, User, UserId};
use eventstore::execute::Plan;

use crate::Api;
use crate::access::Operator;
use crate::http::{Call, Path, Problem};
use crate::identity::{ids, user_state};

/// Name an administrator
///
/// Somebody who is registered and not suspended. 409 `too_many_administrators` where there are a hundred.
#[utoipa::path(
    put, path = "/v1/ops/administrators/{user}", tag = "operations",
    params(("user" = String, Path, description = "Their id")),
    responses((status = 204, description = "They administer the platform"))
)]
pub async fn name(
    State(api): State<Api>,
    call: Call,
    operator: Operator,
    Path(user): Path<UserId>,
) -> Result<Response, Problem> {
    let known = api.user(&user).await?.ok_or_else(Problem::not_found)?;
    if known.details.suspended {
        return Err(Problem::conflict("suspended", "This account is suspended: restore it first."));
    }
    let platform = user_state::platform()?;
    let name = AdministratorsCommand::Name { user: user.clone() };
    let plan = Plan::new()
        .decide::<Administrators>(&platform, user_state::administrators()?, name)
        .unmoved::<User>(&platform, ids::stream(&user)?, known.version);
    let request = call.unkeyed(&platform).by(operator.actor());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

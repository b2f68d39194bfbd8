//! `DELETE /v1/tenant/closing`: the tenant goes on after all.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::Tenant;
use domain::identity::tenant::TenantCommand;
use eventstore::execute::Plan;

use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Problem};
use crate::identity::ids;

/// Take the closing back
#[utoipa::path(
    delete, path = "/v1/tenant/closing", tag = "members",
    responses(
        (status = 204, description = "It goes on"),
        (status = 403, description = "`session_required`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn withdraw(State(api): State<Api>, call: Call, principal: Principal) -> Result<Response, Problem> {
    principal.session()?;
    let tenant = &principal.tenant;
    let withdraw = TenantCommand::WithdrawClosing;
    let plan = Plan::new().decide::<Tenant>(tenant, ids::stream(tenant)?, withdraw);
    let request = call.unkeyed(tenant).by(principal.user.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

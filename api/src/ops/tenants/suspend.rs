//! `POST /v1/ops/tenants/{tenant}/suspend`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::TenantId;
use domain::identity::tenant::TenantCommand;

use super::tell;
use crate::Api;
use crate::access::Operator;
use crate::http::{Call, Json, Path, Problem};
use crate::ops::acting::Why;

/// Suspend a tenant
///
/// Everything in it answers 403 `tenant_suspended` within five seconds, on every node. What was owed before is still
/// carried out.
#[utoipa::path(
    post, path = "/v1/ops/tenants/{tenant}/suspend", tag = "operations", request_body = Why,
    params(("tenant" = String, Path, description = "Its id")),
    responses((status = 204, description = "Everybody is kept out"))
)]
pub async fn suspend(
    State(api): State<Api>,
    call: Call,
    operator: Operator,
    Path(tenant): Path<TenantId>,
    Json(why): Json<Why>,
) -> Result<Response, Problem> {
    let command = TenantCommand::Suspend { reason: why.reason.into_text() };
    let receipt = tell(&api, &call, &operator, &tenant, command).await?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

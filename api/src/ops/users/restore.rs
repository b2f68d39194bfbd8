//! `POST /v1/ops/users/{user}/restore`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::UserId;
use domain::identity::user::UserCommand;

use super::tell;
use crate::Api;
use crate::access::Operator;
use crate::http::{Call, Json, Path, Problem};
use crate::ops::acting::Why;

/// Let a person in again
///
/// Sessions and keys that did not end meanwhile go on.
#[utoipa::path(
    post, path = "/v1/ops/users/{user}/restore", tag = "operations", request_body = Why,
    params(("user" = String, Path, description = "Their id")),
    responses((status = 204, description = "Let in again"))
)]
pub async fn restore(
    State(api): State<Api>,
    call: Call,
    operator: Operator,
    Path(user): Path<UserId>,
    Json(why): Json<Why>,
) -> Result<Response, Problem> {
    let command = UserCommand::Restore { reason: why.reason.into_text() };
    let receipt = tell(&api, &call, &operator, &user, command).await?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

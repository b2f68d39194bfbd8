//! `POST /v1/ops/users/{user}/suspend`.

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

/// Suspend a person
///
/// Sessions and keys of theirs are good for nothing within five seconds, on every node; nobody signs in, and no mailed
/// link counts. 409 `administrator` for whoever administers the platform.
#[utoipa::path(
    post, path = "/v1/ops/users/{user}/suspend", tag = "operations", request_body = Why,
    params(("user" = String, Path, description = "Their id")),
    responses((status = 204, description = "Kept out"))
)]
pub async fn suspend(
    State(api): State<Api>,
    call: Call,
    operator: Operator,
    Path(user): Path<UserId>,
    Json(why): Json<Why>,
) -> Result<Response, Problem> {
    let command = UserCommand::Suspend { reason: why.reason.into_text() };
    let receipt = tell(&api, &call, &operator, &user, command).await?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

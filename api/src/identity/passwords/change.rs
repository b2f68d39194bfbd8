//! `PUT /auth/password`: another password, by whoever knows the present one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::session::EndReason;
use domain::identity::user::UserCommand;
use domain::secret::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Replacement;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::kept::Which;
use crate::identity::sessions::cookies;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    #[schema(value_type = String, format = Password)]
    current_password: Secret<String>,
    #[schema(value_type = String, format = Password, example = "orchard in the rain")]
    new_password: Secret<String>,
    /// Your other sessions end unless you say so.
    #[serde(default)]
    keep_other_sessions: bool,
}

/// Change your password
#[utoipa::path(
    put, path = "/auth/password", tag = "identity", request_body = Change,
    responses(
        (status = 204, description = "Changed"),
        (status = 403, description = "`wrong_password`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<Change>,
) -> Result<Response, Problem> {
    let session = principal.session()?;
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    super::check(&api, &known, &body.new_password, "/new_password")?;
    if !super::prove(&api, Some(&known), body.current_password).await? {
        return Err(wrong_password());
    }
    let others = Which::AllBut(Some(session));
    let replacement = Replacement {
        password: body.new_password,
        sessions: (!body.keep_other_sessions).then_some(others),
        because: EndReason::PasswordChanged,
    };
    let naming = |credential| UserCommand::ChangePassword { credential };
    let receipt = super::replace(&api, &call, &known, replacement, naming).await?;
    let head = call.answer(&receipt, StatusCode::NO_CONTENT);
    Ok(cookies::renewed(&api, &principal, head).await?.into_response())
}

pub fn wrong_password() -> Problem {
    Problem::forbidden_because("wrong_password", "This is not your present password.")
}

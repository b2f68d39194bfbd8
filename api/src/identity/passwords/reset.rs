//! `POST /auth/password/reset`: another password, by whoever reads the mails of an address. Nobody is signed in by it, and
//! everybody is signed out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::proof::Purpose;
use domain::identity::session::EndReason;
use domain::identity::user::UserCommand;
use domain::secret::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Replacement;
use crate::Api;
use crate::http::{Call, Json, Problem};
use crate::identity::email::link;
use crate::identity::kept::Which;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// From the mail.
    #[schema(value_type = String)]
    token: Secret<String>,
    #[schema(value_type = String, format = Password, example = "orchard in the rain")]
    password: Secret<String>,
}

/// Choose another password
///
/// Ends every session of yours. Signing in asks for everything that it asked for before.
#[utoipa::path(
    post, path = "/auth/password/reset", tag = "identity", request_body = Reset,
    responses(
        (status = 204, description = "Changed"),
        (status = 409, description = "`link_spent`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn reset(State(api): State<Api>, call: Call, Json(body): Json<Reset>) -> Result<Response, Problem> {
    let (known, proof) = link::open(&api, Purpose::ResetPassword, &body.token).await?;
    if !known.details.awaited.is_password_reset(&proof) {
        return Err(link::spent());
    }
    super::check(&api, &known, &body.password, "/password")?;
    let replacement = Replacement {
        password: body.password,
        sessions: Some(Which::AllBut(None)),
        because: EndReason::PasswordReset,
    };
    let naming = |credential| UserCommand::ResetPassword { proof, credential };
    let receipt = super::replace(&api, &call, &known, replacement, naming).await?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

//! `POST /auth/prove`: whoever is signed in shows once more who they are, for what asks that of them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::secret::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use super::change::wrong_password;
use crate::Api;
use crate::access::Principal;
use crate::http::{AnswerHead, Call, Json, Problem};
use crate::identity::second_factor::{Asked, ask_again};
use crate::identity::sessions::cookies;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    #[schema(value_type = String, format = Password)]
    password: Secret<String>,
    /// Of your second factor, where you have one; or a recovery code.
    #[schema(value_type = Option<String>, format = Password, example = "123456")]
    code: Option<Secret<String>>,
}

/// Show your password once more, and a code where you have a second factor
///
/// For ten minutes your session may do what needs that.
#[utoipa::path(
    post, path = "/auth/prove", tag = "identity", request_body = Proof,
    responses(
        (status = 204, description = "Shown"),
        (status = 403, description = "`wrong_password`, `code_required`, `wrong_code`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn prove_again(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<Proof>,
) -> Result<Response, Problem> {
    let session = principal.session()?;
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    if !super::prove(&api, Some(&known), body.password).await? {
        return Err(wrong_password());
    }
    let asked = ask_again(&api, &call, &known, body.code.as_ref()).await?;
    api.identity.kept.prove_session(session, asked == Asked::Shown).await?;
    let head = AnswerHead::new(StatusCode::NO_CONTENT);
    Ok(cookies::renewed(&api, &principal, head).await?.into_response())
}

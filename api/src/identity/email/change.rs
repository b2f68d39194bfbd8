//! `PUT /auth/email`: a person wants another address. Nothing changes until that one is proven.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::user::UserCommand;
use domain::identity::{User, address};
use domain::personal::Personal;
use domain::secret::Secret;
use eventstore::execute::Plan;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Principal;
use crate::http::{Call, FieldError, Json, Problem};
use crate::identity::passwords::change::wrong_password;
use crate::identity::{ids, passwords, user_state};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    #[schema(example = "ana@example.com", max_length = 254)]
    email: String,
    /// Your present one.
    #[schema(value_type = String, format = Password)]
    password: Secret<String>,
}

/// Change your address
///
/// A mail goes to the new address; it becomes yours when what that mail holds is shown. The answer is the same when
/// somebody else has it.
#[utoipa::path(
    put, path = "/auth/email", tag = "identity", request_body = Change,
    responses(
        (status = 202, description = "A mail goes to the new address"),
        (status = 403, description = "`wrong_password`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn ask(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<Change>,
) -> Result<Response, Problem> {
    let email = address::normalized(&body.email).ok_or_else(bad_email)?;
    api.limits.take_mail_to(&email).await?;
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    if !passwords::prove(&api, Some(&known), body.password).await? {
        return Err(wrong_password());
    }
    let platform = user_state::platform()?;
    let email = Personal::new(ids::checked(known.id.as_str())?, email);
    let ask = UserCommand::RequestEmailChange { email, proof: ids::new_proof()? };
    let plan = Plan::new().decide::<User>(&platform, ids::stream(&known.id)?, ask);
    let request = call.unkeyed(&platform).by(known.id.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(call.answer(&receipt, StatusCode::ACCEPTED).into_response())
}

fn bad_email() -> Problem {
    Problem::invalid(vec![FieldError::new("/email", "bad_email", "This is no e-mail address.")])
}

//! `PUT /auth/password`: another password, by whoever knows the present one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::User;
use domain::identity::session::EndReason;
use domain::identity::user::UserCommand;
use domain::secret::Secret;
use eventstore::execute::Plan;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::kept::Which;
use crate::identity::sessions::ending;
use crate::identity::{ids, user_state};

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
    api.identity.kept.drop_devices_of(&known.id).await?;
    let credential = super::keep(&api, &known, body.new_password).await?;
    let because = EndReason::PasswordChanged;
    let ended = match body.keep_other_sessions {
        true => Vec::new(),
        false => ending::end(&api, &known.id, Which::AllBut(Some(session)), because).await?,
    };
    let platform = user_state::platform()?;
    let change = UserCommand::ChangePassword { credential: credential.clone() };
    let plan = Plan::new().decide::<User>(&platform, ids::stream(&known.id)?, change);
    let plan = ending::told(plan, &platform, &ended, because)?;
    let request = call.unkeyed(&platform).by(known.id.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    super::replace(&api, &known.details.credential, &credential).await;
    ending::recorded(&api, &ended).await;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

pub fn wrong_password() -> Problem {
    Problem::forbidden_because("wrong_password", "This is not your present password.")
}

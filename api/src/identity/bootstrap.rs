//! `POST /auth/bootstrap`: whoever is signed in and has the token of `airtide ops bootstrap` becomes the first administrator
//! of the platform. Once: the stream of administrators begins only one time, whoever asks at the same moment.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::Administrators;
use domain::identity::administrators::AdministratorsCommand;
use domain::secret::Secret;
use eventstore::execute::Plan;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{recent, user_state};
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {
    /// What `airtide ops bootstrap` has printed.
    #[schema(value_type = String, format = Password)]
    token: Secret<String>,
}

/// Become the first administrator
///
/// Of a platform that never had one, with a token that was signed with its keys.
#[utoipa::path(
    post, path = "/auth/bootstrap", tag = "identity", request_body = Bootstrap,
    responses(
        (status = 204, description = "You administer the platform"),
        (status = 403, description = "`bootstrap_refused`, `reauth_required`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`bootstrap_spent`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn begin(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<Bootstrap>,
) -> Result<Response, Problem> {
    recent::proven(&api, &principal).await?;
    if !api.identity.bootstrap_tokens.holds(&body.token) {
        let detail = "This token has ended, or is none of this platform.";
        return Err(Problem::forbidden_because("bootstrap_refused", detail));
    }
    let platform = user_state::platform()?;
    let begin = AdministratorsCommand::Begin { user: principal.user.clone() };
    let plan = Plan::new().decide::<Administrators>(&platform, user_state::administrators()?, begin);
    let request = call.unkeyed(&platform).by(principal.user.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

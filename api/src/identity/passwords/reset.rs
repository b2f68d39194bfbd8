//! `POST /auth/password/reset`: another password, by whoever reads the mails of an address. Nobody is signed in by it, and
//! everybody is signed out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::User;
use domain::identity::proof::Purpose;
use domain::identity::session::EndReason;
use domain::identity::user::UserCommand;
use domain::secret::Secret;
use eventstore::execute::Plan;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::http::{Call, Json, Problem};
use crate::identity::email::link;
use crate::identity::kept::Which;
use crate::identity::sessions::ending;
use crate::identity::{ids, user_state};

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
    api.identity.kept.drop_devices_of(&known.id).await?;
    let credential = super::keep(&api, &known, body.password).await?;
    let because = EndReason::PasswordReset;
    let ended = ending::end(&api, &known.id, Which::AllBut(None), because).await?;
    let platform = user_state::platform()?;
    let reset = UserCommand::ResetPassword { proof, credential: credential.clone() };
    let plan = Plan::new().decide::<User>(&platform, ids::stream(&known.id)?, reset);
    let plan = ending::told(plan, &platform, &ended, because)?;
    let request = call.unkeyed(&platform).by(known.id.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    super::replace(&api, &known.details.credential, &credential).await;
    ending::recorded(&api, &ended).await;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

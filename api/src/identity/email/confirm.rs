//! `POST /auth/email/confirm`: the new address is proven and takes the place of the old, which is told.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::User;
use domain::identity::proof::Purpose;
use domain::identity::user::UserCommand;
use eventstore::execute::{CommandError, Plan};

use super::verify::email_taken;
use super::{Shown, link};
use crate::Api;
use crate::http::{Call, Json, Problem};
use crate::identity::reserved::EMAIL;
use crate::identity::{ids, user_state};

/// Confirm your new address
///
/// The old address gets a mail that can take it back for seven days.
#[utoipa::path(
    post, path = "/auth/email/confirm", tag = "identity", request_body = Shown,
    responses(
        (status = 204, description = "It is yours now"),
        (status = 409, description = "`link_spent`, `email_taken`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn confirm(
    State(api): State<Api>,
    call: Call,
    Json(body): Json<Shown>,
) -> Result<Response, Problem> {
    let (known, proof) = link::open(&api, Purpose::ChangeEmail, &body.token).await?;
    let awaited = &known.details.awaited;
    let (new, old) = (awaited.new_email().and_then(|email| email.get()), known.details.email.get());
    let (Some(new), Some(old), true) = (new, old, awaited.is_email_change(&proof)) else {
        return Err(link::spent());
    };
    let (platform, owner) = (user_state::platform()?, known.id.as_str());
    let change = UserCommand::ChangeEmail { proof, revert: ids::new_proof()? };
    let plan = Plan::new()
        .decide_at::<User>(&platform, ids::stream(&known.id)?, known.version, change)
        .release(EMAIL, api.executor.look_up_key(old), owner)
        .take(EMAIL, api.executor.look_up_key(new), owner);
    let request = call.unkeyed(&platform).by(owner);
    match api.executor.execute(&request, plan).await {
        Ok(receipt) => Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response()),
        Err(CommandError::Taken) => Err(email_taken()),
        Err(error) => Err(call.problem(error)),
    }
}

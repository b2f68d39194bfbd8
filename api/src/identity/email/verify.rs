//! `POST /auth/email/verify`: an address becomes that of whoever registered with it and reads its mails. All others who
//! wait for it are discarded, whatever they know of each other's passwords.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::User;
use domain::identity::proof::Purpose;
use domain::identity::user::UserCommand;
use eventstore::execute::{CommandError, Plan};

use super::{Shown, link, rivals};
use crate::Api;
use crate::http::{Call, Json, Problem};
use crate::identity::reserved::{EMAIL, EMAIL_PENDING, pending_key};
use crate::identity::{ids, user_state};

/// Prove your address
#[utoipa::path(
    post, path = "/auth/email/verify", tag = "identity", request_body = Shown,
    responses(
        (status = 204, description = "It is yours; sign in"),
        (status = 409, description = "`link_spent`, `email_taken`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn verify(
    State(api): State<Api>,
    call: Call,
    Json(body): Json<Shown>,
) -> Result<Response, Problem> {
    let (known, proof) = link::open(&api, Purpose::VerifyEmail, &body.token).await?;
    let email = known.details.email.get().ok_or_else(link::spent)?;
    if !known.details.awaited.is_email_proof(&proof) {
        return Err(link::spent());
    }
    let (platform, owner) = (user_state::platform()?, known.id.as_str());
    let address = api.executor.look_up_key(email);
    let plan = Plan::new()
        .decide::<User>(&platform, ids::stream(&known.id)?, UserCommand::VerifyEmail { proof })
        .release(EMAIL_PENDING, pending_key(&address, owner), owner)
        .take(EMAIL, address.as_str(), owner);
    let plan = rivals::discarded(&api, plan, &platform, &address, &known.id).await?;
    let request = call.unkeyed(&platform).by(owner);
    match api.executor.execute(&request, plan).await {
        Ok(receipt) => Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response()),
        Err(CommandError::Taken) => Err(email_taken()),
        Err(error) => Err(call.problem(error)),
    }
}

pub fn email_taken() -> Problem {
    Problem::conflict("email_taken", "Somebody is registered with this address.")
}

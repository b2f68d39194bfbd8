//! `POST /auth/email/verification`: another mail to an address that waits for its proof. Whether any does is not told.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::user::UserCommand;
use domain::identity::{User, UserId, address};
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::Api;
use crate::http::{AnswerHead, Call, Json, Problem};
use crate::identity::login::until_the_next_tick;
use crate::identity::reserved::{EMAIL_PENDING, pending_key};
use crate::identity::{ids, user_state};

/// People who may wait for one address and are written to.
const WAITING_MAX: i64 = 3;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    #[schema(example = "ana@example.org", max_length = 254)]
    email: String,
}

/// Ask for another mail
///
/// To prove an address with. The answer is the same whether anybody waits for one.
#[utoipa::path(
    post, path = "/auth/email/verification", tag = "identity", request_body = Verification,
    responses((status = 202, description = "A mail comes, if anybody waits for it"))
)]
pub async fn ask(
    State(api): State<Api>,
    call: Call,
    Json(body): Json<Verification>,
) -> Result<Response, Problem> {
    let begun = Instant::now();
    if let Some(address) = address::normalized(&body.email) {
        api.limits.take_mail_to(&address).await?;
        let beginning = pending_key(&api.executor.look_up_key(&address), "");
        let waiting = api.identity.kept.owners_below(EMAIL_PENDING, &beginning, WAITING_MAX).await?;
        for user in waiting {
            request(&api, &call, &ids::checked(&user)?).await?;
        }
    }
    until_the_next_tick(begun).await;
    Ok(AnswerHead::new(StatusCode::ACCEPTED).into_response())
}

async fn request(api: &Api, call: &Call, user: &UserId) -> Result<(), Problem> {
    if api.user(user).await?.is_none_or(|known| known.details.suspended) {
        return Ok(());
    }
    let platform = user_state::platform()?;
    let again = UserCommand::RequestEmailProof { proof: ids::new_proof()? };
    let plan = Plan::new().decide::<User>(&platform, ids::stream(user)?, again);
    let request = call.unkeyed(&platform).by(user.as_str());
    api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(())
}

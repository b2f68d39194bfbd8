//! `POST /auth/email/revert`: whoever reads the mails of the old address takes a change of it back, and everybody is
//! signed out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::User;
use domain::identity::proof::Purpose;
use domain::identity::session::EndReason;
use domain::identity::user::UserCommand;
use eventstore::execute::{CommandError, Plan};

use super::verify::email_taken;
use super::{Shown, link};
use crate::Api;
use crate::http::{Call, Json, Problem};
use crate::identity::kept::Which;
use crate::identity::reserved::EMAIL;
use crate::identity::sessions::ending;
use crate::identity::{ids, user_state};

/// Take back a change of address
#[utoipa::path(
    post, path = "/auth/email/revert", tag = "identity", request_body = Shown,
    responses(
        (status = 204, description = "The old address is yours again"),
        (status = 409, description = "`link_spent`, `email_taken`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn revert(
    State(api): State<Api>,
    call: Call,
    Json(body): Json<Shown>,
) -> Result<Response, Problem> {
    let (known, proof) = link::open(&api, Purpose::RevertEmail, &body.token).await?;
    let awaited = &known.details.awaited;
    let (before, now) = (awaited.previous_email().and_then(|email| email.get()), known.details.email.get());
    let (Some(before), Some(now), true) = (before, now, awaited.is_email_revert(&proof)) else {
        return Err(link::spent());
    };
    let because = EndReason::EmailChanged;
    let ended = ending::end(&api, &known.id, Which::AllBut(None), because).await?;
    let (platform, owner) = (user_state::platform()?, known.id.as_str());
    let plan = Plan::new()
        .decide_at::<User>(
            &platform,
            ids::stream(&known.id)?,
            known.version,
            UserCommand::RevertEmail { proof },
        )
        .release(EMAIL, api.executor.look_up_key(now), owner)
        .take(EMAIL, api.executor.look_up_key(before), owner);
    let plan = ending::told(plan, &platform, &ended, because)?;
    let request = call.unkeyed(&platform).by(owner);
    match api.executor.execute(&request, plan).await {
        Ok(receipt) => {
            ending::recorded(&api, &ended).await;
            Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
        }
        Err(CommandError::Taken) => Err(email_taken()),
        Err(error) => Err(call.problem(error)),
    }
}

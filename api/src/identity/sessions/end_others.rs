//! `DELETE /auth/sessions`: a person ends all of their sessions but the one that asks.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::session::EndReason;
use eventstore::execute::Plan;

use super::ending;
use crate::Api;
use crate::access::Principal;
use crate::http::{AnswerHead, Call, Problem};
use crate::identity::kept::Which;
use crate::identity::user_state;

/// End your other sessions
#[utoipa::path(
    delete, path = "/auth/sessions", tag = "identity",
    responses((status = 204, description = "There is no other any more"))
)]
pub async fn end(State(api): State<Api>, call: Call, principal: Principal) -> Result<Response, Problem> {
    let because = EndReason::EndedByOwner;
    let others = Which::AllBut(Some(principal.session()?));
    let ended = ending::end(&api, &principal.user, others, because).await?;
    if ended.is_empty() {
        return Ok(AnswerHead::new(StatusCode::NO_CONTENT).into_response());
    }
    let platform = user_state::platform()?;
    let plan = ending::told(Plan::new(), &platform, &ended, because)?;
    let request = call.unkeyed(&platform).by(principal.user.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    ending::recorded(&api, &ended).await;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

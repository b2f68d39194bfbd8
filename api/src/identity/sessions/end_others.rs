//! `DELETE /auth/sessions`: a person ends all of their sessions but the one that asks.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::session::EndReason;

use super::ending;
use crate::Api;
use crate::access::Principal;
use crate::http::{AnswerHead, Call, Problem};
use crate::identity::kept::Which;

/// End your other sessions
#[utoipa::path(
    delete, path = "/auth/sessions", tag = "identity",
    responses((status = 204, description = "There is no other any more"))
)]
pub async fn end(State(api): State<Api>, call: Call, principal: Principal) -> Result<Response, Problem> {
    let others = Which::AllBut(Some(principal.session()?));
    let because = EndReason::EndedByOwner;
    Ok(match ending::end_alone(&api, &call, &principal.user, others, because).await? {
        Some(receipt) => call.answer(&receipt, StatusCode::NO_CONTENT).into_response(),
        None => AnswerHead::new(StatusCode::NO_CONTENT).into_response(),
    })
}

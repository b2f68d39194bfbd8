//! `DELETE /auth/sessions/{session}`: a person ends one of their sessions from another.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::SessionId;
use domain::identity::session::EndReason;

use super::ending;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Path, Problem};
use crate::identity::kept::Which;

/// End a session
///
/// Its tokens are good for nothing from now on, on every node within five seconds.
#[utoipa::path(
    delete, path = "/auth/sessions/{session}", tag = "identity",
    params(("session" = String, Path, description = "As the list names it")),
    responses((status = 204, description = "It has ended"))
)]
pub async fn end(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Path(session): Path<SessionId>,
) -> Result<Response, Problem> {
    let because = EndReason::EndedByOwner;
    let ended = ending::end_alone(&api, &call, &principal.user, Which::One(&session), because).await?;
    let receipt = ended.ok_or_else(Problem::not_found)?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

//! `DELETE /auth/sessions/{session}`: a person ends one of their sessions from another.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::SessionId;
use domain::identity::session::EndReason;
use eventstore::execute::Plan;

use super::ending;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Path, Problem};
use crate::identity::kept::Which;
use crate::identity::user_state;

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
    let ended = ending::end(&api, &principal.user, Which::One(&session), because).await?;
    if ended.is_empty() {
        return Err(Problem::not_found());
    }
    let platform = user_state::platform()?;
    let plan = ending::told(Plan::new(), &platform, &ended, because)?;
    let request = call.unkeyed(&platform).by(principal.user.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    ending::recorded(&api, &ended).await;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

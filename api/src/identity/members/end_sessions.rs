//! `DELETE /v1/members/{user}/sessions`: a member is signed out of the tenant.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::UserId;
use domain::identity::session::EndReason;
use eventstore::execute::Plan;

use super::rights;
use crate::Api;
use crate::access::Principal;
use crate::http::{AnswerHead, Call, Path, Problem};
use crate::identity::kept::Which;
use crate::identity::sessions::ending;
use crate::identity::user_state;

/// End the sessions of a member
///
/// Those that are at work in this tenant, on every node within five seconds; others of theirs go on. They stay a member,
/// and may sign in again.
#[utoipa::path(
    delete, path = "/v1/members/{user}/sessions", tag = "members",
    params(("user" = String, Path, description = "Their id")),
    responses(
        (status = 204, description = "There is none any more"),
        (status = 403, description = "`role_above_yours`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn end(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Path(user): Path<UserId>,
) -> Result<Response, Problem> {
    let found = api.membership(&principal.tenant, &user).await?;
    let details = found.state.details().ok_or_else(Problem::not_found)?;
    rights::check_gives(&principal, details.role)?;
    let because = EndReason::EndedByAdmin;
    let ended = ending::end(&api, &user, Which::In(&principal.tenant), because).await?;
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

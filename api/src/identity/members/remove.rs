//! `DELETE /v1/members/{user}`: somebody leaves, or is made to.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::membership::Details;
use domain::identity::{Permission, UserId};

use super::rights;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Path, Problem};
use crate::identity::api_keys;

/// Remove a member
///
/// Anybody may leave; making others leave needs `members:write` and a role that is not below theirs. The last owner
/// stays. Their tokens and keys are good for nothing in this tenant within two seconds.
#[utoipa::path(
    delete, path = "/v1/members/{user}", tag = "members",
    params(("user" = String, Path, description = "Their id")),
    responses(
        (status = 204, description = "No member any more"),
        (status = 403, description = "`role_above_yours`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`last_owner`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn remove(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Path(user): Path<UserId>,
) -> Result<Response, Problem> {
    let tenant = &principal.tenant;
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &())?;
    let found = api.membership(tenant, &user).await?;
    let plan = match user == principal.user {
        true => {
            // A key must not take its owner's membership away.
            principal.session()?;
            super::remove(tenant, &user)
        }
        false => {
            check(&principal, found.state.details())?;
            super::remove_at(tenant, &user, found.version)
        }
    };
    let plan = plan.map_err(|_| Problem::internal())?;
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    // Only now: the last owner stays, and so do their keys. The sweeper tells of their ends.
    api_keys::end_all_of(&api, tenant, &user).await?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

/// Who is gone already may be removed again: it changes nothing.
fn check(principal: &Principal, present: Option<&Details>) -> Result<(), Problem> {
    if !principal.may(Permission::MembersWrite) {
        return Err(Problem::forbidden());
    }
    present.map_or(Ok(()), |details| rights::check_gives(principal, details.role))
}

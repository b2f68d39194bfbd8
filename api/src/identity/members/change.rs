//! `PATCH /v1/members/{user}`: another role, other workspaces, or both.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::membership::Details;
use domain::identity::{Role, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rights;
use super::shown::MemberShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, IfMatch, Json, Path, Problem};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberChange {
    #[schema(value_type = Option<String>, example = "editor")]
    role: Option<Role>,
    /// All of them: those left out are closed to the member.
    #[schema(value_type = Option<Vec<String>>, max_items = 1000)]
    workspaces: Option<BTreeSet<WorkspaceId>>,
}

/// Change a member
///
/// What is left out stays. Nobody changes somebody above themselves, nor gives a role above their own; the last owner
/// stays one. `If-Match` carries the version that the change is meant for.
#[utoipa::path(
    patch, path = "/v1/members/{user}", tag = "members", request_body = MemberChange,
    params(("user" = String, Path, description = "Their id"), IfMatch),
    responses(
        (status = 200, description = "Changed", body = MemberShown),
        (status = 403, description = "`role_above_yours`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`last_owner`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Path(user): Path<UserId>,
    expected: IfMatch,
    Json(body): Json<MemberChange>,
) -> Result<Response, Problem> {
    let tenant = &principal.tenant;
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &body)?;
    let found = api.membership(tenant, &user).await?;
    check(&api, &principal, found.state.details().ok_or_else(Problem::not_found)?, &body).await?;
    // What was checked is what is changed, whatever the caller saw.
    let version = expected.version(found.version).unwrap_or(found.version);
    let change = super::Change { role: body.role, workspaces: body.workspaces };
    let plan = super::change_at(tenant, &user, version, change).map_err(|_| Problem::internal())?;
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    let shown = api.member_at(tenant, &user, receipt.version()).await?;
    Ok(call.answer(&receipt, StatusCode::OK).json(&shown))
}

async fn check(
    api: &Api,
    principal: &Principal,
    present: &Details,
    body: &MemberChange,
) -> Result<(), Problem> {
    rights::check_gives(principal, present.role)?;
    if let Some(role) = body.role {
        rights::check_gives(principal, role)?;
    }
    match &body.workspaces {
        Some(wanted) => rights::check_workspaces(api, principal, wanted, &present.workspaces).await,
        None => Ok(()),
    }
}

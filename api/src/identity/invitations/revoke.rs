//! `DELETE /v1/invitations/{invitation}`: its mail is good for nothing any more.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::invitation::InvitationCommand;
use domain::identity::{Invitation, InvitationId};
use eventstore::execute::Plan;

use super::slots;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Path, Problem};
use crate::identity::ids;
use crate::identity::members::rights;

/// Revoke an invitation
#[utoipa::path(
    delete, path = "/v1/invitations/{invitation}", tag = "members",
    params(("invitation" = String, Path, description = "Its id")),
    responses(
        (status = 204, description = "Revoked"),
        (status = 409, description = "`invitation_accepted`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn revoke(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Path(id): Path<InvitationId>,
) -> Result<Response, Problem> {
    let tenant = &principal.tenant;
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &())?;
    let found = api.invitation(tenant, &id).await?;
    let plan = Plan::new().decide::<Invitation>(tenant, ids::stream(&id)?, InvitationCommand::Revoke);
    let plan = match found.state.open() {
        Some(details) => {
            rights::check_gives(&principal, details.role)?;
            slots::release(plan, &api.executor, tenant, &id, details)
        }
        // Its place may be another's by now.
        None => plan,
    };
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

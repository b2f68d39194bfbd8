//! `POST /v1/invitations/{invitation}/mails`: another mail, good for seven days; the one before counts no more.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::invitation::InvitationCommand;
use domain::identity::{Invitation, InvitationId};
use eventstore::execute::Plan;

use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Path, Problem};
use crate::identity::ids;
use crate::identity::members::rights;

/// Send an invitation again
///
/// You are who invites from then on.
#[utoipa::path(
    post, path = "/v1/invitations/{invitation}/mails", tag = "members",
    params(("invitation" = String, Path, description = "Its id")),
    responses(
        (status = 202, description = "A mail goes out"),
        (status = 403, description = "`role_above_yours`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`invitation_accepted`, `invitation_revoked`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn send_again(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Path(id): Path<InvitationId>,
) -> Result<Response, Problem> {
    let tenant = &principal.tenant;
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &())?;
    let found = api.invitation(tenant, &id).await?;
    if let Some(details) = found.state.open() {
        rights::check_gives(&principal, details.role)?;
        if let Some(email) = details.email.get() {
            api.limits.take_mail_to(email).await?;
        }
    }
    let again = InvitationCommand::SendAgain { by: principal.user.clone(), proof: ids::new_proof()? };
    let plan = Plan::new().decide::<Invitation>(tenant, ids::stream(&id)?, again);
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(call.answer(&receipt, StatusCode::ACCEPTED).into_response())
}

//! `POST /auth/invitations/accept`: whoever is signed in and has proven the invited address becomes a member. The
//! invitation, the membership, the person and the owners change in one unit, or nothing does.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::invitation::{Details, InvitationCommand};
use domain::identity::proof::Purpose;
use domain::identity::{Invitation, InvitationId, Membership, ProofId, Role, TenantId, UserId};
use domain::secret::Secret;
use eventstore::execute::Plan;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::slots;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::email::{Shown, link};
use crate::identity::{ids, members};

/// Where one is a member now: `POST /auth/tenant` goes on there.
#[derive(Serialize, ToSchema)]
pub struct Joined {
    #[schema(value_type = String)]
    tenant: TenantId,
    #[schema(value_type = String, example = "editor")]
    role: Role,
}

/// An open invitation whose mail was shown.
struct Opened {
    tenant: TenantId,
    id: InvitationId,
    proof: ProofId,
    details: Details,
}

/// Accept an invitation
///
/// With what its mail holds, once, within seven days, signed in with the invited address.
#[utoipa::path(
    post, path = "/auth/invitations/accept", tag = "identity", request_body = Shown,
    responses(
        (status = 200, description = "You are a member", body = Joined),
        (status = 403, description = "`other_address`, `tenant_closing`, `tenant_suspended`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`link_spent`, `member_exists`, `invitation_void`, `tenant_closed`, `over_quota`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn accept(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<Shown>,
) -> Result<Response, Problem> {
    let opened = open(&api, &body.token).await?;
    check_address(&api, &principal, &opened.details).await?;
    if api.tenant(&opened.tenant).await?.state.is_closed() {
        return Err(Problem::conflict("tenant_closed", "The tenant is closed."));
    }
    api.standings.check_tenant(&opened.tenant, false).await?;
    api.used_up.check(&opened.tenant)?;
    if api.is_member(&opened.tenant, &principal.user).await? {
        return Err(Problem::conflict("member_exists", "You are a member already."));
    }
    let plan = plan(&api, &opened, &principal.user).await?;
    // A link counts once: a retry is told so.
    let request = call.unkeyed(&opened.tenant).by(principal.user.as_str());
    let receipt = match api.executor.execute(&request, plan).await {
        Ok(receipt) => receipt,
        Err(error) => return Err(api.refused_member(&call, &opened.tenant, error).await),
    };
    let joined = Joined { tenant: opened.tenant, role: opened.details.role };
    Ok(call.answer(&receipt, StatusCode::OK).json(&joined))
}

/// One that was forged, has ended, was used or revoked gets one and the same answer.
async fn open(api: &Api, token: &Secret<String>) -> Result<Opened, Problem> {
    let shown = api.identity.mailed_links.read(Purpose::Invitation, token).ok_or_else(link::spent)?;
    let tenant = shown.tenant.ok_or_else(link::spent)?;
    if !Purpose::Invitation.holds(&shown.proof, Timestamp::now()) {
        return Err(link::spent());
    }
    let found = api.executor.state::<Invitation>(&tenant, shown.stream.clone()).await?;
    let details = found.state.open().filter(|details| details.proof == shown.proof).cloned();
    let id = ids::checked(shown.stream.as_str())?;
    Ok(Opened { tenant, id, proof: shown.proof, details: details.ok_or_else(link::spent)? })
}

/// A link that was passed on is good for nobody else.
async fn check_address(api: &Api, principal: &Principal, invited: &Details) -> Result<(), Problem> {
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    let is_theirs = known.details.email_verified && known.details.email.get() == invited.email.get();
    if is_theirs && invited.email.get().is_some() {
        return Ok(());
    }
    let detail = "The invitation is for another address, or yours is not proven yet.";
    Err(Problem::forbidden_because("other_address", detail))
}

/// Holds only if whoever invited may still give the role when all of it is written.
async fn plan(api: &Api, opened: &Opened, user: &UserId) -> Result<Plan, Problem> {
    let Opened { tenant, id, proof, details } = opened;
    let inviter = ids::stream(&details.by)?;
    let found = api.executor.state::<Membership>(tenant, inviter.clone()).await?;
    if !found.state.details().is_some_and(|inviter| inviter.role.may_give(details.role)) {
        let detail = "Whoever invited you may not do so any more: ask for another invitation.";
        return Err(Problem::conflict("invitation_void", detail));
    }
    let accept = InvitationCommand::Accept { user: user.clone(), proof: proof.clone() };
    let plan = Plan::new().decide::<Invitation>(tenant, ids::stream(id)?, accept).unmoved::<Membership>(
        tenant,
        inviter,
        found.version,
    );
    let plan = slots::release(plan, &api.executor, tenant, id, details);
    let (role, workspaces) = (details.role, details.workspaces.clone());
    members::add_to(plan, tenant, user, role, workspaces).map_err(|_| Problem::internal())
}

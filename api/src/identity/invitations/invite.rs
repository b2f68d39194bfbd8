//! `POST /v1/invitations`.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::invitation::{InvitationCommand, OPEN_MAX};
use domain::identity::{Invitation, InvitationId, ProofId, Role, UserId, WorkspaceId, address};
use domain::personal::Personal;
use eventstore::execute::{CommandError, Plan, Receipt, Request};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shown::InvitationShown;
use super::slots;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, FieldError, Json, Problem};
use crate::identity::ids;
use crate::identity::members::rights;
use crate::identity::reserved::{EMAIL, INVITED_EMAIL};

/// Times that a place is looked for: others may take the one that was found, but no more than there are.
const ATTEMPTS_MAX: u8 = OPEN_MAX + 1;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    #[schema(example = "bob@example.org", max_length = 254)]
    email: String,
    #[schema(value_type = String, example = "editor")]
    role: Role,
    /// Those opened by name; some roles see every workspace besides.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 1000)]
    workspaces: BTreeSet<WorkspaceId>,
}

/// What inviting draws, and whom it is for.
struct Drawn {
    id: InvitationId,
    proof: ProofId,
    email: String,
}

/// Invite somebody
///
/// A mail goes to the address. The answer is the same whether anybody has an account with it. A tenant has at most 50
/// open invitations, and invites nobody while it has as many members as it may have.
#[utoipa::path(
    post, path = "/v1/invitations", tag = "members", request_body = NewInvitation,
    responses(
        (status = 201, description = "Invited", body = InvitationShown),
        (status = 403, description = "`role_above_yours`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`member_exists`, `invited_already`, `too_many_invitations`, `over_quota`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn invite(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<NewInvitation>,
) -> Result<Response, Problem> {
    rights::check_gives(&principal, body.role)?;
    rights::check_workspaces(&api, &principal, &body.workspaces, &BTreeSet::new()).await?;
    let email = address::normalized(&body.email).ok_or_else(bad_email)?;
    api.check_room_for_member(&principal.tenant).await?;
    api.limits.take_mail_to(&email).await?;
    check_is_no_member(&api, &principal, &email).await?;
    let request = call.request(&api.executor, &principal.tenant, principal.user.as_str(), &body)?;
    let drawn = Drawn { id: ids::new(ids::INVITATION)?, proof: ids::new_proof()?, email };
    let receipt = carry_out(&api, &call, &request, &principal, &drawn, &body).await?;
    // A retry is answered with what its first attempt made, not with what this one drew.
    let (stream, _) = receipt.streams.first().ok_or_else(Problem::internal)?;
    let id: InvitationId = ids::checked(stream.id.as_str())?;
    let found = api.invitation(&principal.tenant, &id).await?;
    let shown = InvitationShown::of(id, found.state.details().ok_or_else(Problem::internal)?);
    let location = format!("/v1/invitations/{}", shown.id);
    Ok(call.answer(&receipt, StatusCode::CREATED).location(&location).json(&shown))
}

/// Who is in the tenant is known to whoever may invite.
async fn check_is_no_member(api: &Api, principal: &Principal, email: &str) -> Result<(), Problem> {
    let Some(owner) = api.identity.kept.owner_of(EMAIL, &api.executor.look_up_key(email)).await? else {
        return Ok(());
    };
    let user: UserId = ids::checked(&owner)?;
    if api.is_member(&principal.tenant, &user).await? { Err(member_exists()) } else { Ok(()) }
}

async fn carry_out(
    api: &Api,
    call: &Call,
    request: &Request,
    principal: &Principal,
    drawn: &Drawn,
    body: &NewInvitation,
) -> Result<Receipt, Problem> {
    for _ in 0..ATTEMPTS_MAX {
        let slot = api.free_invitation_slot(&principal.tenant, &drawn.id).await?;
        match api.executor.execute(request, plan(api, principal, drawn, body, slot)?).await {
            Err(CommandError::Taken) => check_is_not_invited(api, principal, &drawn.email).await?,
            outcome => return outcome.map_err(|error| call.problem(error)),
        }
    }
    Err(call.problem(CommandError::Contended))
}

/// Of two names, the address alone is not to be had elsewhere.
async fn check_is_not_invited(api: &Api, principal: &Principal, email: &str) -> Result<(), Problem> {
    let key = slots::email_key(&api.executor, &principal.tenant, email);
    match api.identity.kept.owner_of(INVITED_EMAIL, &key).await? {
        Some(_) => {
            Err(Problem::conflict("invited_already", "This address is invited already: send it again."))
        }
        None => Ok(()),
    }
}

fn plan(
    api: &Api,
    principal: &Principal,
    drawn: &Drawn,
    body: &NewInvitation,
    slot: u8,
) -> Result<Plan, Problem> {
    let send = InvitationCommand::Send {
        slot,
        email: Personal::new(ids::checked(drawn.id.as_str())?, drawn.email.clone()),
        role: body.role,
        workspaces: body.workspaces.clone(),
        by: principal.user.clone(),
        proof: drawn.proof.clone(),
    };
    let tenant = &principal.tenant;
    let plan = Plan::new().create::<Invitation>(tenant, ids::stream(&drawn.id)?, send);
    Ok(slots::take(plan, &api.executor, tenant, &drawn.id, (&drawn.email, slot)))
}

fn member_exists() -> Problem {
    Problem::conflict("member_exists", "This person is a member already.")
}

fn bad_email() -> Problem {
    Problem::invalid(vec![FieldError::new("/email", "bad_email", "This is no e-mail address.")])
}

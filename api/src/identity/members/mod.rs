//! Members come, change and go: what is written for each, in one unit over the membership, the person and the tenant,
//! so that a person's own list of tenants and a tenant's list of owners never tell otherwise.

mod change;
mod end_sessions;
mod found;
mod list;
mod remove;
pub(super) mod rights;
mod show;
mod shown;

pub(super) use shown::MemberListed;

use std::collections::BTreeSet;

use domain::id::NotAnId;
use domain::identity::membership::MembershipCommand;
use domain::identity::tenant::TenantCommand;
use domain::identity::user::UserCommand;
use domain::identity::{
    Membership, PLATFORM_TENANT, Permission, Role, Tenant, TenantId, User, UserId, WorkspaceId,
};
use eventstore::event::StreamId;
use eventstore::execute::Plan;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub(super) fn routes() -> Routes {
    Routes::new()
        .route(Access::Needs(Permission::MembersRead), Rate::Principal, routes!(list::list))
        .route(Access::Needs(Permission::MembersRead), Rate::Principal, routes!(show::show))
        .route(Access::Needs(Permission::MembersWrite), Rate::Principal, routes!(change::change))
        .route(Access::Needs(Permission::MembersWrite), Rate::Principal, routes!(end_sessions::end))
        // Anybody may leave; who may make others leave is asked there.
        .route(Access::SignedIn, Rate::Principal, routes!(remove::remove))
}

/// A person becomes a member.
pub fn add(
    tenant: &TenantId,
    user: &UserId,
    role: Role,
    workspaces: BTreeSet<WorkspaceId>,
) -> Result<Plan, NotAnId> {
    add_to(Plan::new(), tenant, user, role, workspaces)
}

/// The same, together with something else.
pub(super) fn add_to(
    plan: Plan,
    tenant: &TenantId,
    user: &UserId,
    role: Role,
    workspaces: BTreeSet<WorkspaceId>,
) -> Result<Plan, NotAnId> {
    let add = MembershipCommand::Add { user: user.clone(), role, workspaces };
    let plan = membership(plan, tenant, user, add)?;
    let plan = person(plan, user, UserCommand::JoinTenant { tenant: tenant.clone() })?;
    match role {
        Role::Owner => owners(plan, tenant, TenantCommand::AddOwner { owner: user.clone() }),
        _ => Ok(plan),
    }
}

/// A member gets another role, whatever it was before.
pub fn change_role(tenant: &TenantId, user: &UserId, role: Role) -> Result<Plan, NotAnId> {
    let plan = membership(Plan::new(), tenant, user, MembershipCommand::ChangeRole { role })?;
    owner_or_not(plan, tenant, user, role)
}

/// What is to change of a member.
pub(super) struct Change {
    pub role: Option<Role>,
    pub workspaces: Option<BTreeSet<WorkspaceId>>,
}

/// A member that was seen at a version gets another role, other workspaces, or both.
pub(super) fn change_at(
    tenant: &TenantId,
    user: &UserId,
    version: i64,
    change: Change,
) -> Result<Plan, NotAnId> {
    let Change { role, workspaces } = change;
    let command = MembershipCommand::Change { role, workspaces };
    let plan = Plan::new().decide_at::<Membership>(tenant, StreamId::new(user.as_str())?, version, command);
    match role {
        Some(role) => owner_or_not(plan, tenant, user, role),
        None => Ok(plan),
    }
}

/// Nothing for who is one already, or is none.
fn owner_or_not(plan: Plan, tenant: &TenantId, user: &UserId, role: Role) -> Result<Plan, NotAnId> {
    match role {
        Role::Owner => owners(plan, tenant, TenantCommand::AddOwner { owner: user.clone() }),
        _ => owners(plan, tenant, TenantCommand::RemoveOwner { owner: user.clone() }),
    }
}

/// An owner makes another member one, and is an admin from then on.
pub(super) fn hand_over(tenant: &TenantId, from: &UserId, to: &UserId) -> Result<Plan, NotAnId> {
    let transfer = TenantCommand::Transfer { from: from.clone(), to: to.clone() };
    let plan = owners(Plan::new(), tenant, transfer)?;
    let plan = membership(plan, tenant, to, MembershipCommand::ChangeRole { role: Role::Owner })?;
    membership(plan, tenant, from, MembershipCommand::ChangeRole { role: Role::Admin })
}

pub fn change_workspaces(
    tenant: &TenantId,
    user: &UserId,
    workspaces: BTreeSet<WorkspaceId>,
) -> Result<Plan, NotAnId> {
    membership(Plan::new(), tenant, user, MembershipCommand::ChangeWorkspaces { workspaces })
}

/// A person is no member any more. The last owner cannot go.
pub fn remove(tenant: &TenantId, user: &UserId) -> Result<Plan, NotAnId> {
    without(membership(Plan::new(), tenant, user, MembershipCommand::Remove)?, tenant, user)
}

/// The same of a member that was seen at a version.
pub(super) fn remove_at(tenant: &TenantId, user: &UserId, version: i64) -> Result<Plan, NotAnId> {
    let stream = StreamId::new(user.as_str())?;
    let remove = MembershipCommand::Remove;
    without(Plan::new().decide_at::<Membership>(tenant, stream, version, remove), tenant, user)
}

fn without(plan: Plan, tenant: &TenantId, user: &UserId) -> Result<Plan, NotAnId> {
    let plan = person(plan, user, UserCommand::LeaveTenant { tenant: tenant.clone() })?;
    // Nothing for who is no owner.
    owners(plan, tenant, TenantCommand::RemoveOwner { owner: user.clone() })
}

fn membership(
    plan: Plan,
    tenant: &TenantId,
    user: &UserId,
    command: MembershipCommand,
) -> Result<Plan, NotAnId> {
    Ok(plan.decide::<Membership>(tenant, StreamId::new(user.as_str())?, command))
}

fn person(plan: Plan, user: &UserId, command: UserCommand) -> Result<Plan, NotAnId> {
    Ok(plan.decide::<User>(&TenantId::new(PLATFORM_TENANT)?, StreamId::new(user.as_str())?, command))
}

fn owners(plan: Plan, tenant: &TenantId, command: TenantCommand) -> Result<Plan, NotAnId> {
    Ok(plan.decide::<Tenant>(tenant, StreamId::new(tenant.as_str())?, command))
}

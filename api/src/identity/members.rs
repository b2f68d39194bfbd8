//! Members come, change and go: what is written for each, in one unit over the membership, the person and the tenant,
//! so that a person's own list of tenants and a tenant's list of owners never tell otherwise.

use std::collections::BTreeSet;

use domain::id::NotAnId;
use domain::identity::membership::MembershipCommand;
use domain::identity::tenant::TenantCommand;
use domain::identity::user::UserCommand;
use domain::identity::{Membership, PLATFORM_TENANT, Role, Tenant, TenantId, User, UserId, WorkspaceId};
use eventstore::event::StreamId;
use eventstore::execute::Plan;

/// A person becomes a member.
pub fn add(
    tenant: &TenantId,
    user: &UserId,
    role: Role,
    workspaces: BTreeSet<WorkspaceId>,
) -> Result<Plan, NotAnId> {
    let add = MembershipCommand::Add { user: user.clone(), role, workspaces };
    let plan = membership(Plan::new(), tenant, user, add)?;
    let plan = person(plan, user, UserCommand::JoinTenant { tenant: tenant.clone() })?;
    match role {
        Role::Owner => owners(plan, tenant, TenantCommand::AddOwner { owner: user.clone() }),
        _ => Ok(plan),
    }
}

/// A member gets another role, whatever it was before.
pub fn change_role(tenant: &TenantId, user: &UserId, role: Role) -> Result<Plan, NotAnId> {
    let plan = membership(Plan::new(), tenant, user, MembershipCommand::ChangeRole { role })?;
    // Nothing for who is one already, or is none.
    match role {
        Role::Owner => owners(plan, tenant, TenantCommand::AddOwner { owner: user.clone() }),
        _ => owners(plan, tenant, TenantCommand::RemoveOwner { owner: user.clone() }),
    }
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
    let plan = membership(Plan::new(), tenant, user, MembershipCommand::Remove)?;
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

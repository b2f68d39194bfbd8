//! `/v1/service-accounts`: members of a tenant that are no people. What each is stands in a membership of its own, so
//! that rights are found for them as for everybody; programs act for them with API keys.

mod change;
mod create;
mod found;
mod list;
mod remove;
mod show;
mod shown;

pub(super) use shown::ServiceAccountShown;

use domain::identity::membership::MembershipCommand;
use domain::identity::service_account::ServiceAccountCommand;
use domain::identity::{Membership, Permission, Role, ServiceAccount, TenantId, UserId};
use eventstore::execute::Plan;
use utoipa_axum::routes;

use crate::access::Principal;
use crate::http::{Access, FieldError, Problem, Routes};
use crate::identity::ids;
use crate::limits::Rate;

pub fn routes() -> Routes {
    Routes::new()
        .route(Access::Needs(Permission::MembersWrite), Rate::Principal, routes!(create::create))
        .route(Access::Needs(Permission::MembersRead), Rate::Principal, routes!(list::list))
        .route(Access::Needs(Permission::MembersRead), Rate::Principal, routes!(show::show))
        .route(Access::Needs(Permission::MembersWrite), Rate::Principal, routes!(change::change))
        .route(Access::Needs(Permission::MembersWrite), Rate::Principal, routes!(remove::remove))
}

/// Nobody gives a role above their own; and a tenant is owned by people.
fn check_role(principal: &Principal, role: Role) -> Result<(), Problem> {
    if role == Role::Owner {
        let detail = "A service account owns no tenant.";
        return Err(Problem::invalid(vec![FieldError::new("/role", "bad_role", detail)]));
    }
    if principal.role().may_give(role) { Ok(()) } else { Err(Problem::forbidden()) }
}

fn account(
    plan: Plan,
    tenant: &TenantId,
    id: &UserId,
    command: ServiceAccountCommand,
) -> Result<Plan, Problem> {
    Ok(plan.decide::<ServiceAccount>(tenant, ids::stream(id)?, command))
}

fn membership(
    plan: Plan,
    tenant: &TenantId,
    id: &UserId,
    command: MembershipCommand,
) -> Result<Plan, Problem> {
    Ok(plan.decide::<Membership>(tenant, ids::stream(id)?, command))
}

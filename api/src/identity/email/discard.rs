//! A registration whose address was never proven goes: the person, their names, and the tenants made for them.

use domain::id::NotAnId;
use domain::identity::tenant::TenantCommand;
use domain::identity::user::{Details, UserCommand};
use domain::identity::{Tenant, TenantId, User, UserId};
use eventstore::event::StreamId;
use eventstore::execute::{Executor, Plan};

use crate::identity::reserved::{EMAIL_PENDING, USERNAME, pending_key};

/// The part of a plan that does it.
pub fn without(
    executor: &Executor,
    plan: Plan,
    platform: &TenantId,
    user: &UserId,
    details: &Details,
) -> Result<Plan, NotAnId> {
    let owner = user.as_str();
    let mut plan = plan.decide::<User>(platform, StreamId::new(owner)?, UserCommand::Discard);
    if let Some(email) = details.email.get() {
        plan = plan.release(EMAIL_PENDING, pending_key(&executor.look_up_key(email), owner), owner);
    }
    if let Some(username) = details.username.as_ref().and_then(|name| name.get()) {
        plan = plan.release(USERNAME, executor.look_up_key(username), owner);
    }
    for tenant in &details.tenants {
        plan = plan.decide::<Tenant>(tenant, StreamId::new(tenant.as_str())?, TenantCommand::Close);
    }
    Ok(plan)
}

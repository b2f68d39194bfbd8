//! Others who registered with an address that is somebody's now: they are discarded, with the tenants made for them.

use domain::identity::tenant::TenantCommand;
use domain::identity::user::UserCommand;
use domain::identity::{Tenant, TenantId, User, UserId};
use eventstore::execute::Plan;

use crate::Api;
use crate::http::Problem;
use crate::identity::ids;
use crate::identity::reserved::{EMAIL_PENDING, USERNAME, pending_key};
use crate::identity::user_state::Known;

/// More than these wait until their registrations end by themselves; none of them can prove the address any more.
const DISCARDED_MAX: i64 = 20;

/// The part of a plan that discards them.
pub async fn discarded(
    api: &Api,
    plan: Plan,
    platform: &TenantId,
    address: &str,
    winner: &UserId,
) -> Result<Plan, Problem> {
    let beginning = pending_key(address, "");
    let waiting = api.identity.kept.owners_below(EMAIL_PENDING, &beginning, DISCARDED_MAX).await?;
    let mut plan = plan;
    for rival in waiting.iter().filter(|rival| *rival != winner.as_str()) {
        let Some(rival) = api.user(&ids::checked(rival)?).await? else { continue };
        plan = without(api, plan, platform, address, &rival)?;
    }
    Ok(plan)
}

fn without(
    api: &Api,
    plan: Plan,
    platform: &TenantId,
    address: &str,
    rival: &Known,
) -> Result<Plan, Problem> {
    let owner = rival.id.as_str();
    let mut plan = plan.decide::<User>(platform, ids::stream(&rival.id)?, UserCommand::Discard).release(
        EMAIL_PENDING,
        pending_key(address, owner),
        owner,
    );
    if let Some(username) = rival.details.username.as_ref().and_then(|name| name.get()) {
        plan = plan.release(USERNAME, api.executor.look_up_key(username), owner);
    }
    for tenant in &rival.details.tenants {
        plan = plan.decide::<Tenant>(tenant, ids::stream(tenant)?, TenantCommand::Close);
    }
    Ok(plan)
}

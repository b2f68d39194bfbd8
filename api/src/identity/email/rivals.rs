//! Others who registered with an address that is somebody's now: they are discarded, with the tenants made for them.

use domain::identity::{TenantId, UserId};
use eventstore::execute::Plan;

use super::discard;
use crate::Api;
use crate::http::Problem;
use crate::identity::ids;
use crate::identity::reserved::{EMAIL_PENDING, pending_key};

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
        plan = discard::without(&api.executor, plan, platform, &rival.id, &rival.details)
            .map_err(|_| Problem::internal())?;
    }
    Ok(plan)
}

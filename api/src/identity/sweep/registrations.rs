//! Registrations whose address nobody has proven in a day: their names are free again.

use domain::identity::{PLATFORM_TENANT, TenantId, User, UserId};
use eventstore::chain_of;
use eventstore::event::StreamId;
use eventstore::execute::{Executor, Plan, Request};
use jiff::Timestamp;

use super::{ACTOR, AT_ONCE, DAY, SweepFault};
use crate::identity::email::discard;
use crate::identity::ids;
use crate::identity::kept::KeptTables;
use crate::identity::reserved::EMAIL_PENDING;

pub async fn discard_unproven(kept: &KeptTables, executor: &Executor) -> Result<(), SweepFault> {
    let before = ids::first_at(ids::USER, Timestamp::now() - DAY);
    for owner in kept.owners_before(EMAIL_PENDING, &before, AT_ONCE).await? {
        // One that cannot be discarded does not stand in the way of the others.
        if let Err(fault) = discard(executor, &UserId::new(owner)?).await {
            tracing::warn!(error = chain_of(&fault), "a registration is left for the next time");
        }
    }
    Ok(())
}

async fn discard(executor: &Executor, user: &UserId) -> Result<(), SweepFault> {
    let platform = TenantId::new(PLATFORM_TENANT)?;
    let found = executor.state::<User>(&platform, StreamId::new(user.as_str())?).await?;
    let Some(details) = found.state.details() else { return Ok(()) };
    let plan = discard::without(executor, Plan::new(), &platform, user, details)?;
    executor.execute(&Request::new(platform.clone(), ACTOR), plan).await?;
    Ok(())
}

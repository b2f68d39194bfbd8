//! Second factors and recovery codes that no event came to name.

use domain::identity::user::SecondFactor;
use domain::identity::{PLATFORM_TENANT, RecoveryCodesId, SecondFactorId, TenantId, User};
use eventstore::chain_of;
use eventstore::event::StreamId;
use eventstore::execute::Executor;
use eventstore::second_factors::SecondFactors;

use super::{AT_ONCE, SweepFault, UNNAMED_AFTER};
use crate::identity::kept::KeptTables;

pub async fn sweep(
    kept: &KeptTables,
    factors: &SecondFactors,
    executor: &Executor,
) -> Result<(), SweepFault> {
    for (factor, user) in factors.unnamed(UNNAMED_AFTER, AT_ONCE).await? {
        let Ok(factor) = SecondFactorId::new(factor) else { continue };
        told(settle_factor(factors, executor, &user, &factor).await);
    }
    for (set, user) in kept.unnamed_recovery_codes(UNNAMED_AFTER, AT_ONCE).await? {
        let Ok(set) = RecoveryCodesId::new(set) else { continue };
        told(settle_codes(kept, executor, &user, &set).await);
    }
    Ok(())
}

/// One that cannot be looked into does not stand in the way of the others.
fn told(settled: Result<(), SweepFault>) {
    if let Err(fault) = settled {
        tracing::warn!(error = chain_of(&fault), "a second factor is left for the next time");
    }
}

async fn settle_factor(
    factors: &SecondFactors,
    executor: &Executor,
    user: &str,
    factor: &SecondFactorId,
) -> Result<(), SweepFault> {
    let named = named(executor, user).await?;
    match named.is_some_and(|named| named.id == *factor) {
        true => factors.mark_named(factor).await?,
        false => factors.drop_one(factor).await?,
    }
    Ok(())
}

async fn settle_codes(
    kept: &KeptTables,
    executor: &Executor,
    user: &str,
    set: &RecoveryCodesId,
) -> Result<(), SweepFault> {
    let named = named(executor, user).await?;
    match named.is_some_and(|named| named.recovery_codes == *set) {
        true => kept.mark_recovery_codes_named(set).await?,
        false => kept.drop_recovery_codes(set).await?,
    }
    Ok(())
}

/// What a person's stream names: marking it may have failed when it was recorded.
async fn named(executor: &Executor, user: &str) -> Result<Option<SecondFactor>, SweepFault> {
    let (Ok(platform), Ok(id)) = (TenantId::new(PLATFORM_TENANT), StreamId::new(user)) else {
        return Ok(None);
    };
    let found = executor.state::<User>(&platform, id).await?;
    Ok(found.state.details().and_then(|details| details.second_factor.clone()))
}

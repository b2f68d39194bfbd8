//! Credentials that no event came to name.

use domain::identity::{CredentialId, PLATFORM_TENANT, TenantId, User};
use eventstore::chain_of;
use eventstore::event::StreamId;
use eventstore::execute::Executor;

use super::{AT_ONCE, SweepFault, UNNAMED_AFTER};
use crate::identity::kept::KeptTables;

pub async fn sweep(kept: &KeptTables, executor: &Executor) -> Result<(), SweepFault> {
    for (credential, user) in kept.unnamed_credentials(UNNAMED_AFTER, AT_ONCE).await? {
        let Ok(credential) = CredentialId::new(credential) else { continue };
        // One that cannot be looked into does not stand in the way of the others.
        if let Err(fault) = settle(kept, executor, &user, &credential).await {
            tracing::warn!(error = chain_of(&fault), "a credential is left for the next time");
        }
    }
    Ok(())
}

async fn settle(
    kept: &KeptTables,
    executor: &Executor,
    user: &str,
    credential: &CredentialId,
) -> Result<(), SweepFault> {
    match names(executor, user, credential).await? {
        true => kept.mark_named(credential).await?,
        false => kept.drop_credential(credential).await?,
    }
    Ok(())
}

/// Whether a person's stream names a credential: marking it may have failed when it was recorded.
async fn names(executor: &Executor, user: &str, credential: &CredentialId) -> Result<bool, SweepFault> {
    let (Ok(platform), Ok(id)) = (TenantId::new(PLATFORM_TENANT), StreamId::new(user)) else {
        return Ok(false);
    };
    let found = executor.state::<User>(&platform, id).await?;
    Ok(found.state.details().is_some_and(|details| details.credential == *credential))
}

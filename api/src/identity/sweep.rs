//! Rows that nothing needs any more: credentials that no event came to name, and sessions that ended long ago.

use std::time::Duration;

use domain::identity::{CredentialId, PLATFORM_TENANT, TenantId, User};
use eventstore::chain_of;
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Executor};
use tokio::task::JoinHandle;

use super::kept::KeptTables;

const EVERY: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A credential that no event names by then was never going to count.
const CREDENTIALS_AFTER: Duration = DAY;
/// Where somebody was at work last is still known this long after.
const SESSIONS_AFTER: Duration = Duration::from_secs(90 * 24 * 60 * 60);
const CREDENTIALS_AT_ONCE: i64 = 500;

#[derive(Debug, thiserror::Error)]
enum SweepFault {
    #[error("the kept tables cannot be read or written")]
    Database(#[from] sqlx::Error),
    #[error("a person's stream cannot be read")]
    Log(#[from] CommandError),
}

/// Sweeps now and then; ends when dropped.
pub struct Sweeper(JoinHandle<()>);

impl Sweeper {
    pub fn start(kept: KeptTables, executor: Executor) -> Self {
        Self(tokio::spawn(async move {
            loop {
                if let Err(fault) = sweep(&kept, &executor, CREDENTIALS_AFTER).await {
                    tracing::warn!(error = chain_of(&fault), "sweeping stopped; it is tried again later");
                }
                tokio::time::sleep(EVERY).await;
            }
        }))
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn sweep(kept: &KeptTables, executor: &Executor, age: Duration) -> Result<(), SweepFault> {
    kept.drop_ended_sessions(SESSIONS_AFTER).await?;
    for (credential, user) in kept.unnamed_credentials(age, CREDENTIALS_AT_ONCE).await? {
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

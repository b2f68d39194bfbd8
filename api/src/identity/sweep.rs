//! Rows that nothing needs any more: credentials and secrets of webhooks that no event came to name, secrets that sign
//! nothing any more, sessions that ended long ago, devices that are trusted no more, and limits that nobody is near.

use std::time::Duration;

use domain::identity::{CredentialId, PLATFORM_TENANT, TenantId, User, Webhook, WebhookId, WebhookSecretId};
use eventstore::chain_of;
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Executor};
use eventstore::webhook_secrets::{Owner, Unnamed, WebhookSecrets};
use tokio::task::JoinHandle;

use super::kept::KeptTables;

const EVERY: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// What no event names by then was never going to count.
const UNNAMED_AFTER: Duration = DAY;
/// Where somebody was at work last is still known this long after.
const SESSIONS_AFTER: Duration = Duration::from_secs(90 * 24 * 60 * 60);
const UNNAMED_AT_ONCE: i64 = 500;

#[derive(Debug, thiserror::Error)]
enum SweepFault {
    #[error("the kept tables cannot be read or written")]
    Database(#[from] sqlx::Error),
    #[error("a stream cannot be read")]
    Log(#[from] CommandError),
}

/// Sweeps now and then; ends when dropped.
pub struct Sweeper(JoinHandle<()>);

impl Sweeper {
    pub fn start(kept: KeptTables, secrets: WebhookSecrets, executor: Executor) -> Self {
        Self(tokio::spawn(async move {
            loop {
                for swept in [sweep(&kept, &executor).await, sweep_secrets(&secrets, &executor).await] {
                    if let Err(fault) = swept {
                        tracing::warn!(error = chain_of(&fault), "sweeping stopped; it is tried again later");
                    }
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

async fn sweep(kept: &KeptTables, executor: &Executor) -> Result<(), SweepFault> {
    kept.drop_ended_sessions(SESSIONS_AFTER).await?;
    kept.drop_ended_devices().await?;
    kept.drop_full_buckets().await?;
    for (credential, user) in kept.unnamed_credentials(UNNAMED_AFTER, UNNAMED_AT_ONCE).await? {
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

async fn sweep_secrets(secrets: &WebhookSecrets, executor: &Executor) -> Result<(), SweepFault> {
    secrets.drop_ended().await?;
    for unnamed in secrets.unnamed(UNNAMED_AFTER, UNNAMED_AT_ONCE).await? {
        if let Err(fault) = settle_secret(secrets, executor, &unnamed).await {
            tracing::warn!(error = chain_of(&fault), "a secret of a webhook is left for the next time");
        }
    }
    Ok(())
}

async fn settle_secret(
    secrets: &WebhookSecrets,
    executor: &Executor,
    unnamed: &Unnamed,
) -> Result<(), SweepFault> {
    let tenant = TenantId::new(unnamed.tenant.as_str());
    let (webhook, id) = (WebhookId::new(unnamed.webhook.as_str()), WebhookSecretId::new(unnamed.id.as_str()));
    let (Ok(tenant), Ok(webhook), Ok(id)) = (tenant, webhook, id) else { return Ok(()) };
    let owner = Owner { tenant: &tenant, webhook: &webhook };
    match signs(executor, owner, &id).await? {
        true => secrets.mark_named(owner, &id).await?,
        false => secrets.drop_one(owner, &id).await?,
    }
    Ok(())
}

/// Whether a webhook signs with a secret: a day after it was made, no other names it any more.
async fn signs(executor: &Executor, owner: Owner<'_>, id: &WebhookSecretId) -> Result<bool, SweepFault> {
    let Ok(stream) = StreamId::new(owner.webhook.as_str()) else { return Ok(false) };
    let found = executor.state::<Webhook>(owner.tenant, stream).await?;
    let names = |endpoint: &domain::identity::webhook::Endpoint| {
        let previous = endpoint.previous.as_ref().map(|previous| &previous.secret);
        endpoint.secret == *id || previous == Some(id)
    };
    Ok(found.state.endpoint().is_some_and(names))
}

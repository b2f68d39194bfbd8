//! Secrets of webhooks that no event came to name, and those that sign nothing any more.

use domain::identity::{TenantId, Webhook, WebhookId, WebhookSecretId};
use eventstore::chain_of;
use eventstore::event::StreamId;
use eventstore::execute::Executor;
use eventstore::webhook_secrets::{Owner, Unnamed, WebhookSecrets};

use super::{AT_ONCE, SweepFault, UNNAMED_AFTER};

pub async fn sweep(secrets: &WebhookSecrets, executor: &Executor) -> Result<(), SweepFault> {
    secrets.drop_ended().await?;
    for unnamed in secrets.unnamed(UNNAMED_AFTER, AT_ONCE).await? {
        if let Err(fault) = settle(secrets, executor, &unnamed).await {
            tracing::warn!(error = chain_of(&fault), "a secret of a webhook is left for the next time");
        }
    }
    Ok(())
}

async fn settle(secrets: &WebhookSecrets, executor: &Executor, unnamed: &Unnamed) -> Result<(), SweepFault> {
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

//! Secrets for Airtable that no event came to name.

use domain::bases::{AirtableSecretId, BaseSync, Connection};
use domain::identity::TenantId;
use eventstore::airtable_secrets::{AirtableSecrets, Owner, Unnamed};
use eventstore::chain_of;
use eventstore::event::StreamId;
use eventstore::execute::Executor;

use super::{AT_ONCE, SweepFault, UNNAMED_AFTER};

pub async fn sweep(secrets: &AirtableSecrets, executor: &Executor) -> Result<(), SweepFault> {
    for unnamed in secrets.unnamed(UNNAMED_AFTER, AT_ONCE).await? {
        if let Err(fault) = settle(secrets, executor, &unnamed).await {
            tracing::warn!(error = chain_of(&fault), "a secret for Airtable is left for the next time");
        }
    }
    Ok(())
}

async fn settle(secrets: &AirtableSecrets, executor: &Executor, unnamed: &Unnamed) -> Result<(), SweepFault> {
    let (tenant, id) = (TenantId::new(unnamed.tenant.as_str()), AirtableSecretId::new(unnamed.id.as_str()));
    let (Ok(tenant), Ok(id)) = (tenant, id) else { return Ok(()) };
    let owner = Owner { tenant: &tenant, owner: &unnamed.owner };
    match is_named(executor, owner, &id).await? {
        true => secrets.mark_named(owner, &id).await?,
        false => secrets.drop_one(owner, &id).await?,
    }
    Ok(())
}

/// By a connection, or by what a base hears through: a day after it was made, nothing else names it any more.
async fn is_named(executor: &Executor, owner: Owner<'_>, id: &AirtableSecretId) -> Result<bool, SweepFault> {
    let Ok(stream) = StreamId::new(owner.owner) else { return Ok(false) };
    let connection = executor.state::<Connection>(owner.tenant, stream.clone()).await?;
    let sync = executor.state::<BaseSync>(owner.tenant, stream).await?;
    let hook = sync.state.details().and_then(|details| details.hook.as_ref());
    let opens = connection.state.access().is_some_and(|access| access.secret == *id);
    Ok(opens || hook.is_some_and(|hook| hook.secret == *id))
}

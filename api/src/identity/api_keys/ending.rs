//! How keys end: the rows first, so that they end even if the events cannot be written at this moment, and then the
//! events. What was not written is seen to by the sweeper.

use domain::identity::api_key::{ApiKeyCommand, RevokeReason};
use domain::identity::{ApiKey, ApiKeyId, TenantId, UserId};
use eventstore::execute::Plan;

use crate::Api;
use crate::http::Problem;
use crate::identity::ids;

/// Ends one key at once, on this node and soon on every other.
pub async fn end(api: &Api, key: &ApiKeyId, because: RevokeReason) -> Result<(), Problem> {
    api.identity.kept.revoke_key(key, because).await?;
    api.api_keys.forget(key);
    Ok(())
}

/// Ends every key of one owner.
pub async fn end_all_of(api: &Api, tenant: &TenantId, owner: &UserId) -> Result<Vec<ApiKeyId>, Problem> {
    let ended = api.identity.kept.revoke_keys_of(tenant, owner, RevokeReason::OwnerRemoved).await?;
    ended.iter().for_each(|key| api.api_keys.forget(key));
    Ok(ended)
}

/// The events that tell of it, as a part of what else is written.
pub fn told(
    plan: Plan,
    tenant: &TenantId,
    ended: &[ApiKeyId],
    because: RevokeReason,
) -> Result<Plan, Problem> {
    ended.iter().try_fold(plan, |plan, key| {
        Ok(plan.decide::<ApiKey>(tenant, ids::stream(key)?, ApiKeyCommand::Revoke { because }))
    })
}

/// Events tell of them now. Who could not note that is swept up later.
pub async fn recorded(api: &Api, ended: &[ApiKeyId]) {
    if let Err(error) = api.identity.kept.key_ends_are_recorded(ended).await {
        tracing::warn!(error = eventstore::chain_of(&error), "ends of keys are recorded a second time later");
    }
}

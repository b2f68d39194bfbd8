//! API keys, without what they show.

use domain::identity::{ApiKey, ApiKeyId, TenantId, UserId};

use super::lines::{Cut, Lines};
use crate::Api;
use crate::identity::api_keys::ApiKeyShown;
use crate::identity::ids;

const PAGE: usize = 200;

/// Those of a tenant, or of one owner in it.
pub async fn say(api: &Api, lines: &mut Lines, tenant: &TenantId, owner: Option<&UserId>) -> Result<(), Cut> {
    let kept = &api.identity.kept;
    let mut after: Option<ApiKeyId> = None;
    loop {
        let keys = kept.key_ids(tenant, owner, after.as_ref(), PAGE).await?;
        let secrets = kept.key_secrets(&keys).await?;
        for key in &keys {
            let found = api.executor.state::<ApiKey>(tenant, ids::stream(key)?).await?;
            // A row that no event names is no key.
            if let Ok(shown) = ApiKeyShown::of(key, &found.state, found.version, &secrets) {
                lines.say("api_key", &shown).await?;
            }
        }
        match keys.last() {
            Some(last) => after = Some(last.clone()),
            None => return Ok(()),
        }
    }
}

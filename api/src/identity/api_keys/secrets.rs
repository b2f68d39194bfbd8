//! A secret that was drawn for a key: kept before any event names it, and dropped when none does.

use domain::identity::{ApiKeyId, ApiKeySecretId, TenantId, UserId};
use jiff::Timestamp;

use crate::Api;
use crate::access::KeyText;
use crate::http::Problem;
use crate::identity::ids;
use crate::identity::kept::NewKeySecret;

/// The end of a text, by which people tell keys apart.
const SHOWN_DIGITS: usize = 4;

pub struct DrawnSecret {
    pub id: ApiKeySecretId,
    pub text: String,
}

/// Whose secret it is to be.
pub struct For<'a> {
    pub key: &'a ApiKeyId,
    pub tenant: &'a TenantId,
    pub owner: &'a UserId,
    pub expires_at: Timestamp,
}

impl DrawnSecret {
    pub async fn keep(api: &Api, of: For<'_>) -> Result<Self, Problem> {
        let drawn = KeyText::draw(of.key)?;
        let text = drawn.write().ok_or_else(Problem::internal)?;
        let id: ApiKeySecretId = ids::new(ids::API_KEY_SECRET)?;
        let new = NewKeySecret {
            id: &id,
            key: of.key,
            tenant: of.tenant,
            owner: of.owner,
            hash: &drawn.hash(),
            last_four: &text[text.len() - SHOWN_DIGITS..],
            expires_at: of.expires_at,
        };
        api.identity.kept.keep_key_secret(&new).await?;
        Ok(Self { id, text })
    }

    /// Whoever cannot mark it leaves that to the sweeper.
    pub async fn mark_named(&self, api: &Api) {
        if let Err(error) = api.identity.kept.mark_key_secret_named(&self.id).await {
            tracing::warn!(error = eventstore::chain_of(&error), "a secret of a key is not marked yet");
        }
    }

    pub async fn drop(&self, api: &Api) {
        if let Err(error) = api.identity.kept.drop_key_secret(&self.id).await {
            tracing::warn!(error = eventstore::chain_of(&error), "a secret that opens nothing is left");
        }
    }
}

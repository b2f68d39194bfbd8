//! What webhooks sign with: rows, sealed and bound to their place. A row is inert
//! until an event names it; which secrets sign at a time, the webhook's stream says.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand::fill;
use domain::identity::{TenantId, WebhookId, WebhookSecretId};
use domain::secret::Secret;
use jiff::Timestamp;
use sqlx::PgPool;

use crate::database::{self, Role, Unfit};
use crate::keyring::wrapped::WEBHOOK_SECRETS;
use crate::keyring::{Keyring, KeyringFault, Place};
use crate::keys::Keys;
use crate::load::in_time;

const CONNECTIONS: u32 = 2;
/// As Standard Webhooks has them: 24 to 64.
const SECRET_BYTES: usize = 32;

#[derive(Debug, thiserror::Error)]
pub enum SecretFault {
    #[error("the secrets of webhooks cannot be reached")]
    Database(#[from] sqlx::Error),
    #[error("the secret {0} is not there")]
    Missing(WebhookSecretId),
    #[error("the secret {0} does not open")]
    Broken(WebhookSecretId),
    #[error("a secret cannot be sealed or opened")]
    Keyring(#[from] KeyringFault),
}

/// The rows of the role `identity`. Cheap to clone.
#[derive(Clone)]
pub struct WebhookSecrets {
    keyring: Keyring,
    pool: PgPool,
}

/// Where a secret lies.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    pub tenant: &'a TenantId,
    pub webhook: &'a WebhookId,
}

impl Owner<'_> {
    fn place(&self, id: &WebhookSecretId) -> Place<'_> {
        WEBHOOK_SECRETS.place(self.tenant.as_str(), &[self.webhook.as_str(), id.as_str()])
    }
}

/// A row that no event is known to name.
pub struct Unnamed {
    pub tenant: String,
    pub webhook: String,
    pub id: String,
}

impl WebhookSecrets {
    pub fn open(database_url: &str, keys: Arc<Keys>) -> Result<Self, Unfit> {
        let pool = database::pool(database_url, Role::Identity, CONNECTIONS)?;
        Ok(Self { keyring: Keyring::new(keys, pool.clone()), pool })
    }

    /// Draws a secret and keeps it. It signs nothing until an event names it.
    pub async fn keep_new(
        &self,
        owner: Owner<'_>,
        id: &WebhookSecretId,
    ) -> Result<Secret<Vec<u8>>, SecretFault> {
        let mut drawn = vec![0; SECRET_BYTES];
        fill(&mut drawn).map_err(|_| KeyringFault::NoCipher)?;
        let sealed = self.keyring.seal(&owner.place(id), &drawn).await?;
        let keeping = sqlx::query(
            "insert into webhook_secrets(tenant, webhook_id, id, kek, sealed) values ($1, $2, $3, $4, $5)",
        )
        .bind(owner.tenant.as_str())
        .bind(owner.webhook.as_str())
        .bind(id.as_str())
        .bind(sealed.kek)
        .bind(sealed.bytes)
        .execute(&self.pool);
        in_time(keeping).await?;
        Ok(Secret::new(drawn))
    }

    /// Secrets of a webhook in the order of their ids as asked for; all of them, or a fault.
    pub async fn read(
        &self,
        owner: Owner<'_>,
        ids: &[WebhookSecretId],
    ) -> Result<Vec<Secret<Vec<u8>>>, SecretFault> {
        let asking = sqlx::query_as(
            "select id, sealed from webhook_secrets where tenant = $1 and webhook_id = $2 and id = any($3)",
        )
        .bind(owner.tenant.as_str())
        .bind(owner.webhook.as_str())
        .bind(ids.iter().map(|id| id.as_str()).collect::<Vec<_>>())
        .fetch_all(&self.pool);
        let rows: Vec<(String, Vec<u8>)> = in_time(asking).await?;
        let opened = |id: &WebhookSecretId| {
            let row = rows.iter().find(|(found, _)| found == id.as_str());
            let (_, sealed) = row.ok_or_else(|| SecretFault::Missing(id.clone()))?;
            self.opened(owner, id, sealed)
        };
        ids.iter().map(opened).collect()
    }

    fn opened(
        &self,
        owner: Owner<'_>,
        id: &WebhookSecretId,
        sealed: &[u8],
    ) -> Result<Secret<Vec<u8>>, SecretFault> {
        match self.keyring.open(&owner.place(id), sealed) {
            Ok(plain) => Ok(Secret::new(plain)),
            Err(KeyringFault::Broken(_)) => Err(SecretFault::Broken(id.clone())),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Marks a secret that an event names, so that nobody has to look for that event again.
    pub async fn mark_named(&self, owner: Owner<'_>, id: &WebhookSecretId) -> sqlx::Result<()> {
        let marking = sqlx::query(
            "update webhook_secrets set named_at = now() where tenant = $1 and webhook_id = $2 and id = $3",
        )
        .bind(owner.tenant.as_str())
        .bind(owner.webhook.as_str())
        .bind(id.as_str())
        .execute(&self.pool);
        in_time(marking).await.map(|_| ())
    }

    /// A secret that was replaced is dropped once it signs nothing any more.
    pub async fn ends_at(&self, owner: Owner<'_>, id: &WebhookSecretId, end: Timestamp) -> sqlx::Result<()> {
        let ending = sqlx::query(
            "update webhook_secrets set ends_at = $4 where tenant = $1 and webhook_id = $2 and id = $3",
        )
        .bind(owner.tenant.as_str())
        .bind(owner.webhook.as_str())
        .bind(id.as_str())
        .bind(jiff_sqlx::Timestamp::from(end))
        .execute(&self.pool);
        in_time(ending).await.map(|_| ())
    }

    /// Drops a secret that nothing came to name.
    pub async fn drop_one(&self, owner: Owner<'_>, id: &WebhookSecretId) -> sqlx::Result<()> {
        let dropping =
            sqlx::query("delete from webhook_secrets where tenant = $1 and webhook_id = $2 and id = $3")
                .bind(owner.tenant.as_str())
                .bind(owner.webhook.as_str())
                .bind(id.as_str())
                .execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }

    /// Drops all secrets of a webhook that was removed.
    pub async fn drop_all_of(&self, owner: Owner<'_>) -> sqlx::Result<()> {
        let dropping = sqlx::query("delete from webhook_secrets where tenant = $1 and webhook_id = $2")
            .bind(owner.tenant.as_str())
            .bind(owner.webhook.as_str())
            .execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }

    /// Old secrets that no event is known to name, the oldest first.
    pub async fn unnamed(&self, age: Duration, limit: i64) -> sqlx::Result<Vec<Unnamed>> {
        let asking = sqlx::query_as(
            "select tenant, webhook_id, id from webhook_secrets
             where named_at is null and created_at < now() - make_interval(secs => $1) order by created_at limit $2",
        )
        .bind(age.as_secs_f64())
        .bind(limit)
        .fetch_all(&self.pool);
        let rows: Vec<(String, String, String)> = in_time(asking).await?;
        Ok(rows.into_iter().map(|(tenant, webhook, id)| Unnamed { tenant, webhook, id }).collect())
    }

    /// Drops secrets that sign nothing any more, and says how many.
    pub async fn drop_ended(&self) -> sqlx::Result<u64> {
        let dropping = sqlx::query("delete from webhook_secrets where ends_at < now()").execute(&self.pool);
        Ok(in_time(dropping).await?.rows_affected())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

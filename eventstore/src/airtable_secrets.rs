//! What opens Airtable (tokens of connections) and what its notifications are signed with: rows, sealed and bound to their place. A row
//! is inert until an event names it.

use std::sync::Arc;
use std::time::Duration;

use domain::bases::AirtableSecretId;
use domain::identity::TenantId;
use domain::secret::Secret;
use sqlx::PgPool;

use crate::database::{self, Role, Unfit};
use crate::keyring::wrapped::AIRTABLE_SECRETS;
use crate::keyring::{Keyring, KeyringFault, Place};
use crate::keys::Keys;
use crate::load::in_time;

const CONNECTIONS: u32 = 2;

#[derive(Debug, thiserror::Error)]
pub enum AirtableSecretFault {
    #[error("the secrets for Airtable cannot be reached")]
    Database(#[from] sqlx::Error),
    #[error("the secret {0} is not there")]
    Missing(AirtableSecretId),
    #[error("the secret {0} does not open")]
    Broken(AirtableSecretId),
    #[error("a secret cannot be sealed or opened")]
    Keyring(#[from] KeyringFault),
}

/// The rows of the role `identity`. Cheap to clone.
#[derive(Clone)]
pub struct AirtableSecrets {
    keyring: Keyring,
    pool: PgPool,
}

/// Where a secret lies.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    pub tenant: &'a TenantId,
    /// The id of a connection, or of a base.
    pub owner: &'a str,
}

impl Owner<'_> {
    fn place(&self, id: &AirtableSecretId) -> Place<'_> {
        AIRTABLE_SECRETS.place(self.tenant.as_str(), &[self.owner, id.as_str()])
    }
}

/// A row that no event is known to name.
pub struct Unnamed {
    pub tenant: String,
    pub owner: String,
    pub id: String,
}

impl AirtableSecrets {
    pub fn open(database_url: &str, keys: Arc<Keys>) -> Result<Self, Unfit> {
        let pool = database::pool(database_url, Role::Identity, CONNECTIONS)?;
        Ok(Self { keyring: Keyring::new(keys, pool.clone()), pool })
    }

    /// It opens nothing until an event names it.
    pub async fn keep(
        &self,
        owner: Owner<'_>,
        id: &AirtableSecretId,
        secret: &Secret<String>,
    ) -> Result<(), AirtableSecretFault> {
        let sealed = self.keyring.seal(&owner.place(id), secret.reveal().as_bytes()).await?;
        let keeping = sqlx::query(
            "insert into airtable_secrets(tenant, owner_id, id, kek, sealed) values ($1, $2, $3, $4, $5)",
        )
        .bind(owner.tenant.as_str())
        .bind(owner.owner)
        .bind(id.as_str())
        .bind(sealed.kek)
        .bind(sealed.bytes)
        .execute(&self.pool);
        in_time(keeping).await?;
        Ok(())
    }

    pub async fn read(
        &self,
        owner: Owner<'_>,
        id: &AirtableSecretId,
    ) -> Result<Secret<String>, AirtableSecretFault> {
        let asking = sqlx::query_scalar(
            "select sealed from airtable_secrets where tenant = $1 and owner_id = $2 and id = $3",
        )
        .bind(owner.tenant.as_str())
        .bind(owner.owner)
        .bind(id.as_str())
        .fetch_optional(&self.pool);
        let sealed: Option<Vec<u8>> = in_time(asking).await?;
        let sealed = sealed.ok_or_else(|| AirtableSecretFault::Missing(id.clone()))?;
        let broken = || AirtableSecretFault::Broken(id.clone());
        match self.keyring.open(&owner.place(id), &sealed) {
            Ok(plain) => Ok(Secret::new(String::from_utf8(plain).map_err(|_| broken())?)),
            Err(KeyringFault::Broken(_)) => Err(broken()),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Marks a secret that an event names, so that nobody has to look for that event again.
    pub async fn mark_named(&self, owner: Owner<'_>, id: &AirtableSecretId) -> sqlx::Result<()> {
        let marking = sqlx::query(
            "update airtable_secrets set named_at = now() where tenant = $1 and owner_id = $2 and id = $3",
        )
        .bind(owner.tenant.as_str())
        .bind(owner.owner)
        .bind(id.as_str())
        .execute(&self.pool);
        in_time(marking).await.map(|_| ())
    }

    /// Drops a secret that nothing names, or not any more.
    pub async fn drop_one(&self, owner: Owner<'_>, id: &AirtableSecretId) -> sqlx::Result<()> {
        let dropping =
            sqlx::query("delete from airtable_secrets where tenant = $1 and owner_id = $2 and id = $3")
                .bind(owner.tenant.as_str())
                .bind(owner.owner)
                .bind(id.as_str())
                .execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }

    /// Drops all that a connection or a base had.
    pub async fn drop_all_of(&self, owner: Owner<'_>) -> sqlx::Result<()> {
        let dropping = sqlx::query("delete from airtable_secrets where tenant = $1 and owner_id = $2")
            .bind(owner.tenant.as_str())
            .bind(owner.owner)
            .execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }

    /// Drops all that a tenant had, which is not there any more.
    pub async fn drop_all_of_tenant(&self, tenant: &TenantId) -> sqlx::Result<()> {
        let dropping = sqlx::query("delete from airtable_secrets where tenant = $1")
            .bind(tenant.as_str())
            .execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }

    /// Old secrets that no event is known to name, the oldest first.
    pub async fn unnamed(&self, age: Duration, limit: i64) -> sqlx::Result<Vec<Unnamed>> {
        let asking = sqlx::query_as(
            "select tenant, owner_id, id from airtable_secrets
             where named_at is null and created_at < now() - make_interval(secs => $1) order by created_at limit $2",
        )
        .bind(age.as_secs_f64())
        .bind(limit)
        .fetch_all(&self.pool);
        let rows: Vec<(String, String, String)> = in_time(asking).await?;
        Ok(rows.into_iter().map(|(tenant, owner, id)| Unnamed { tenant, owner, id }).collect())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

//! What shows the codes of second factors: rows, sealed and bound to their place. A row is inert until an event names it;
//! which one counts for a person, that person's stream says.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand::fill;
use domain::identity::{PLATFORM_TENANT, SecondFactorId, UserId};
use domain::secret::Secret;
use sqlx::PgPool;

use crate::database::{self, Role, Unfit};
use crate::keyring::wrapped::of_factor;
use crate::keyring::{Keyring, KeyringFault};
use crate::keys::Keys;
use crate::load::in_time;

const CONNECTIONS: u32 = 2;
/// As long as the output of SHA-1, which RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// A factor that was begun and not confirmed within it is begun anew.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(60 * 60);

#[derive(Debug, thiserror::Error)]
pub enum FactorFault {
    #[error("second factors cannot be reached")]
    Database(#[from] sqlx::Error),
    #[error("a second factor cannot be sealed or opened")]
    Keyring(#[from] KeyringFault),
}

/// The rows of the role `identity`. Cheap to clone.
#[derive(Clone)]
pub struct SecondFactors {
    keyring: Keyring,
    pool: PgPool,
}

impl SecondFactors {
    pub fn open(database_url: &str, keys: Arc<Keys>) -> Result<Self, Unfit> {
        let pool = database::pool(database_url, Role::Identity, CONNECTIONS)?;
        Ok(Self { keyring: Keyring::new(keys, pool.clone()), pool })
    }

    /// Draws a secret and keeps it. It is asked for by nobody until an event names it.
    pub async fn keep_new(&self, id: &SecondFactorId, user: &UserId) -> Result<Secret<Vec<u8>>, FactorFault> {
        let mut drawn = vec![0; SECRET_BYTES];
        fill(&mut drawn).map_err(|_| KeyringFault::NoCipher)?;
        let sealed = self.keyring.seal(&of_factor(user.as_str(), id.as_str()), &drawn).await?;
        let keeping = sqlx::query(
            "insert into second_factors(tenant, id, user_id, kek, sealed) values ($1, $2, $3, $4, $5)",
        )
        .bind(PLATFORM_TENANT)
        .bind(id.as_str())
        .bind(user.as_str())
        .bind(sealed.kek)
        .bind(sealed.bytes)
        .execute(&self.pool);
        in_time(keeping).await?;
        Ok(Secret::new(drawn))
    }

    /// The secret of a person's factor; nothing where there is no such row.
    pub async fn read(
        &self,
        id: &SecondFactorId,
        user: &UserId,
    ) -> Result<Option<Secret<Vec<u8>>>, FactorFault> {
        let asking = sqlx::query_scalar("select sealed from second_factors where id = $1 and user_id = $2")
            .bind(id.as_str())
            .bind(user.as_str())
            .fetch_optional(&self.pool);
        let sealed: Option<Vec<u8>> = in_time(asking).await?;
        sealed.map(|sealed| self.opened(id, user, &sealed)).transpose()
    }

    /// The same of one that waits for its first code.
    pub async fn read_begun(
        &self,
        id: &SecondFactorId,
        user: &UserId,
    ) -> Result<Option<Secret<Vec<u8>>>, FactorFault> {
        let asking = sqlx::query_scalar(
            "select sealed from second_factors where id = $1 and user_id = $2
             and named_at is null and created_at > now() - make_interval(secs => $3)",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .bind(CONFIRMED_WITHIN.as_secs_f64())
        .fetch_optional(&self.pool);
        let sealed: Option<Vec<u8>> = in_time(asking).await?;
        sealed.map(|sealed| self.opened(id, user, &sealed)).transpose()
    }

    fn opened(
        &self,
        id: &SecondFactorId,
        user: &UserId,
        sealed: &[u8],
    ) -> Result<Secret<Vec<u8>>, FactorFault> {
        Ok(Secret::new(self.keyring.open(&of_factor(user.as_str(), id.as_str()), sealed)?))
    }

    /// Takes the step of a code, unless it or a later one was taken before: of two who show the same code at once, one
    /// is refused.
    pub async fn take_step(&self, id: &SecondFactorId, step: i64) -> sqlx::Result<bool> {
        let taking = sqlx::query("update second_factors set last_step = $2 where id = $1 and last_step < $2")
            .bind(id.as_str())
            .bind(step)
            .execute(&self.pool);
        Ok(in_time(taking).await?.rows_affected() == 1)
    }

    /// Marks a factor that an event names, so that nobody has to look for that event again.
    pub async fn mark_named(&self, id: &SecondFactorId) -> sqlx::Result<()> {
        let marking = sqlx::query("update second_factors set named_at = now() where id = $1")
            .bind(id.as_str())
            .execute(&self.pool);
        in_time(marking).await.map(|_| ())
    }

    /// Drops a factor that nothing names, or names any more.
    pub async fn drop_one(&self, id: &SecondFactorId) -> sqlx::Result<()> {
        let dropping =
            sqlx::query("delete from second_factors where id = $1").bind(id.as_str()).execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }

    /// Old factors that no event is known to name, with whose they are, the oldest first.
    pub async fn unnamed(&self, age: Duration, limit: i64) -> sqlx::Result<Vec<(String, String)>> {
        let asking = sqlx::query_as(
            "select id, user_id from second_factors
             where named_at is null and created_at < now() - make_interval(secs => $1) order by created_at limit $2",
        )
        .bind(age.as_secs_f64())
        .bind(limit)
        .fetch_all(&self.pool);
        in_time(asking).await
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

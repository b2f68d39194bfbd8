//! What shows the codes of second factors: rows, sealed with the node's key-encryption key and bound to their place. A row
//! is inert until an event names it; which one counts for a person, that person's stream says.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand::fill;
use domain::identity::{SecondFactorId, UserId};
use domain::secret::Secret;
use sqlx::PgPool;

use crate::database::{self, Role, Unfit};
use crate::keys::{KEY_ENCRYPTION, Keys};
use crate::load::in_time;
use crate::seal::{cipher, open, seal};

const CONNECTIONS: u32 = 2;
/// As long as the output of SHA-1, which RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// A factor that was begun and not confirmed within it is begun anew.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(60 * 60);

#[derive(Debug, thiserror::Error)]
pub enum FactorFault {
    #[error("second factors cannot be reached")]
    Database(#[from] sqlx::Error),
    #[error("the second factor {id} is sealed with {kek}, which this node does not have")]
    KeyMissing { id: SecondFactorId, kek: String },
    #[error("the second factor {0} does not open")]
    Broken(SecondFactorId),
    #[error("no randomness, or no cipher")]
    NoCipher,
}

/// The rows of the role `identity`. Cheap to clone.
#[derive(Clone)]
pub struct SecondFactors {
    keys: Arc<Keys>,
    pool: PgPool,
}

/// What sealed text is bound to: moved elsewhere it does not open.
pub(crate) fn place(user: &str, id: &str) -> String {
    format!("second_factor:{user}/{id}")
}

impl SecondFactors {
    pub fn open(database_url: &str, keys: Arc<Keys>) -> Result<Self, Unfit> {
        Ok(Self { keys, pool: database::pool(database_url, Role::Identity, CONNECTIONS)? })
    }

    /// Draws a secret and keeps it. It is asked for by nobody until an event names it.
    pub async fn keep_new(&self, id: &SecondFactorId, user: &UserId) -> Result<Secret<Vec<u8>>, FactorFault> {
        let mut drawn = vec![0; SECRET_BYTES];
        fill(&mut drawn).map_err(|_| FactorFault::NoCipher)?;
        let sealed = cipher(&self.keys.key_encryption)
            .and_then(|key| seal(&key, &place(user.as_str(), id.as_str()), &drawn))
            .ok_or(FactorFault::NoCipher)?;
        let keeping =
            sqlx::query("insert into second_factors(id, user_id, kek, sealed) values ($1, $2, $3, $4)")
                .bind(id.as_str())
                .bind(user.as_str())
                .bind(KEY_ENCRYPTION)
                .bind(sealed)
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
        let asking = sqlx::query_as("select kek, sealed from second_factors where id = $1 and user_id = $2")
            .bind(id.as_str())
            .bind(user.as_str())
            .fetch_optional(&self.pool);
        let row = in_time(asking).await?;
        row.map(|row| self.opened(id, user, row)).transpose()
    }

    /// The same of one that waits for its first code.
    pub async fn read_begun(
        &self,
        id: &SecondFactorId,
        user: &UserId,
    ) -> Result<Option<Secret<Vec<u8>>>, FactorFault> {
        let asking = sqlx::query_as(
            "select kek, sealed from second_factors where id = $1 and user_id = $2
             and named_at is null and created_at > now() - make_interval(secs => $3)",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .bind(CONFIRMED_WITHIN.as_secs_f64())
        .fetch_optional(&self.pool);
        let row = in_time(asking).await?;
        row.map(|row| self.opened(id, user, row)).transpose()
    }

    fn opened(
        &self,
        id: &SecondFactorId,
        user: &UserId,
        (kek, sealed): (String, Vec<u8>),
    ) -> Result<Secret<Vec<u8>>, FactorFault> {
        if kek != KEY_ENCRYPTION {
            return Err(FactorFault::KeyMissing { id: id.clone(), kek });
        }
        let key = cipher(&self.keys.key_encryption).ok_or(FactorFault::NoCipher)?;
        let plain = open(&key, &place(user.as_str(), id.as_str()), &sealed);
        plain.map(Secret::new).ok_or_else(|| FactorFault::Broken(id.clone()))
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

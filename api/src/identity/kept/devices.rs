//! Devices on which somebody has signed in. What is kept of a device's token is its hash, under the person's id.

use std::time::Duration;

use domain::identity::UserId;

use super::{KeptTables, in_time};

/// How long a device is trusted after somebody signed in on it.
const LIFETIME: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// Devices of one person, the latest.
const OF_ONE_PERSON_MAX: i64 = 20;

impl KeptTables {
    /// Whether a device is trusted for whoever a name belongs to.
    pub async fn trusts_device(&self, hash: &[u8], kind: &'static str, key: &str) -> sqlx::Result<bool> {
        let asking = sqlx::query_scalar(
            "select exists (
               select from trusted_devices join reservations on owner = user_id
               where token_hash = $1 and kind = $2 and key = $3 and expires_at > now())",
        )
        .bind(hash)
        .bind(kind)
        .bind(key)
        .fetch_one(&self.pool);
        in_time(asking).await
    }

    /// Trusts a device from now on, or for longer, and forgets those of the person that were used longest ago.
    pub async fn trust_device(&self, hash: &[u8], user: &UserId) -> sqlx::Result<()> {
        let trusting = sqlx::query(
            "with older as (
               delete from trusted_devices where token_hash in (
                 select token_hash from trusted_devices where user_id = $2 and token_hash <> $1
                 order by expires_at desc offset $4 - 1))
             insert into trusted_devices(token_hash, user_id, expires_at)
             values ($1, $2, now() + make_interval(secs => $3))
             on conflict (token_hash) do update set expires_at = excluded.expires_at",
        )
        .bind(hash)
        .bind(user.as_str())
        .bind(LIFETIME.as_secs_f64())
        .bind(OF_ONE_PERSON_MAX)
        .execute(&self.pool);
        in_time(trusting).await.map(|_| ())
    }

    /// Trusts none of a person's devices any more: whoever knew the password before may have signed in on one.
    pub async fn drop_devices_of(&self, user: &UserId) -> sqlx::Result<()> {
        let dropping = sqlx::query("delete from trusted_devices where user_id = $1")
            .bind(user.as_str())
            .execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }

    pub async fn drop_ended_devices(&self) -> sqlx::Result<u64> {
        let dropping =
            sqlx::query("delete from trusted_devices where expires_at < now()").execute(&self.pool);
        Ok(in_time(dropping).await?.rows_affected())
    }
}

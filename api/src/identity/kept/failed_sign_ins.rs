//! How often signing in failed, under an HMAC of the name, by the hour.

use super::{KeptTables, in_time};

impl KeptTables {
    /// Counts one more, and says how many there were under this key in this hour. Each number is answered once.
    pub async fn count_failed_sign_in(&self, key: &str) -> sqlx::Result<i64> {
        let counting = sqlx::query_scalar(
            "insert into failed_sign_ins as kept (key, hour, failures)
             values ($1, date_trunc('hour', now()), 1)
             on conflict (key, hour) do update set failures = kept.failures + 1 returning failures",
        )
        .bind(key)
        .fetch_one(&self.pool);
        in_time(counting).await
    }

    /// Drops what is not counted any more.
    pub async fn drop_failed_sign_ins(&self) -> sqlx::Result<u64> {
        let dropping = sqlx::query("delete from failed_sign_ins where hour < now() - interval '1 hour'")
            .execute(&self.pool);
        Ok(in_time(dropping).await?.rows_affected())
    }
}

//! What was asked for on all nodes together, for limits that must agree. A bucket lies here under an HMAC of whose it is.

use super::{KeptTables, in_time};
use crate::limits::{Pace, Standing};

impl KeptTables {
    /// Takes a unit of a bucket if there is one, and says how it stands. One statement decides, so that however many
    /// ask at once, on however many nodes, no more is taken than there is. It does not wait for the disk: a crash of
    /// the server may forget the last moment.
    pub(crate) async fn take_of_bucket(&self, key: &str, pace: Pace) -> sqlx::Result<Standing> {
        let taking = sqlx::query_as::<_, (bool, i64)>(
            "with taken as (
               insert into rate_limits as kept (key, full_at)
               select $1, now() + $2 * interval '1 microsecond'
               from (select set_config('synchronous_commit', 'off', true)) as quickly
               on conflict (key) do update
               set full_at = greatest(kept.full_at, now()) + $2 * interval '1 microsecond'
               where greatest(kept.full_at, now()) + $2 * interval '1 microsecond'
                 <= now() + $3 * interval '1 microsecond'
               returning full_at)
             select true, (extract(epoch from full_at - now()) * 1000000)::bigint from taken
             union all
             select false, (extract(epoch from full_at - now()) * 1000000)::bigint
             from rate_limits where key = $1 and not exists (select from taken)",
        )
        .bind(key)
        .bind(whole(pace.every_micros()))
        .bind(whole(pace.whole_micros()))
        .fetch_optional(&self.pool);
        // Nothing: others made the bucket and emptied it while this was asked.
        let (allowed, ahead) = in_time(taking).await?.unwrap_or((false, i64::MAX));
        Ok(pace.standing(allowed, ahead.max(0).unsigned_abs()))
    }

    pub(crate) async fn give_back_to_bucket(&self, key: &str, pace: Pace) -> sqlx::Result<()> {
        let giving = sqlx::query(
            "update rate_limits set full_at = full_at - $2 * interval '1 microsecond' where key = $1",
        )
        .bind(key)
        .bind(whole(pace.every_micros()))
        .execute(&self.pool);
        in_time(giving).await.map(|_| ())
    }

    /// A full bucket says nothing that a missing one does not.
    pub async fn drop_full_buckets(&self) -> sqlx::Result<u64> {
        let dropping = sqlx::query("delete from rate_limits where full_at < now()").execute(&self.pool);
        Ok(in_time(dropping).await?.rows_affected())
    }
}

fn whole(micros: u64) -> i64 {
    i64::try_from(micros).unwrap_or(i64::MAX)
}

//! What a worker has before it.

use serde::Serialize;
use sqlx::Row;

use super::Work;

/// One worker's work at a moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Sight {
    pub open: i64,
    pub claimed: i64,
    pub later: i64,
    pub waiting: i64,
    pub parked: i64,
    pub unknown: i64,
    /// Age of the oldest work that could be claimed and is not.
    pub oldest_open_s: f64,
}

/// Each part is answered from an index that holds nothing else.
const SIGHT: &str = "
    select (select count(*) from work where worker = $1 and state = 'open' and lane is null)
             + (select count(*) from work where worker = $1 and state = 'open' and lane is not null) as open,
           (select count(*) from work where worker = $1 and state = 'claimed') as claimed,
           (select count(*) from work where worker = $1 and state = 'later') as later,
           (select count(*) from work where worker = $1 and state = 'waiting') as waiting,
           (select count(*) from work where worker = $1 and state in ('parked', 'unknown') and state = 'parked') as parked,
           (select count(*) from work where worker = $1 and state in ('parked', 'unknown') and state = 'unknown') as unknown,
           coalesce(extract(epoch from clock_timestamp() - (
             select min(greatest(visible_at, created_at)) from work
             where worker = $1 and state = 'open' and lane is null))::float8, 0) as oldest_open_s";

impl Work {
    pub async fn sight(&self, worker: &str) -> sqlx::Result<Sight> {
        let row = sqlx::query(SIGHT).bind(worker).fetch_one(&self.pool).await?;
        Ok(Sight {
            open: row.try_get("open")?,
            claimed: row.try_get("claimed")?,
            later: row.try_get("later")?,
            waiting: row.try_get("waiting")?,
            parked: row.try_get("parked")?,
            unknown: row.try_get("unknown")?,
            oldest_open_s: row.try_get("oldest_open_s")?,
        })
    }
}

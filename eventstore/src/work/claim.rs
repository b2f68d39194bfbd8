//! Taking work in hand, and keeping it there.

use domain::id::Id;
use domain::identity::TenantId;
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};

use super::{LEASE, WhenLost, Work};
use crate::event::{COLUMNS as EVENT, Recorded};

/// Work in this process' hands: for as long as it renews the lease, and no attempt after this one has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The name of the work: the fence of whatever it leads to.
    pub name: String,
    pub tenant: TenantId,
    pub position: i64,
    pub part: String,
    pub key: String,
    pub lane: Option<String>,
    /// Claims so far, this one included.
    pub attempt: i32,
    /// Times an operator drove it again.
    pub epoch: i64,
    /// Tries that failed.
    pub failures: i32,
    /// Claims that nobody was heard of again.
    pub lost: i32,
}

/// A claim, and the event that it is about.
#[derive(Debug, Clone)]
pub struct Taken {
    pub claim: Claim,
    pub event: Recorded,
}

impl Taken {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self { claim: Claim::from_row(row)?, event: Recorded::from_row(row)? })
    }
}

impl Claim {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let tenant: String = row.try_get("tenant")?;
        Ok(Self {
            name: row.try_get("claim")?,
            tenant: Id::new(tenant).map_err(|error| sqlx::Error::Decode(error.into()))?,
            position: row.try_get("event_position")?,
            part: row.try_get("part")?,
            key: row.try_get("key")?,
            lane: row.try_get("lane")?,
            attempt: row.try_get("attempt")?,
            epoch: row.try_get("epoch")?,
            failures: row.try_get("failures")?,
            lost: row.try_get("lost")?,
        })
    }
}

impl Work {
    /// Takes some of a worker's open work that belongs to no lane.
    pub async fn claim(&self, worker: &str, at_most: usize) -> sqlx::Result<Vec<Taken>> {
        self.take(&self.pool, worker, None, at_most).await
    }

    /// One statement: whoever else claims at this moment passes over the rows that this one has locked. Work whose event
    /// is gone is left to its lease: a log that has lost an event has lost more than that.
    pub(super) async fn take<'c>(
        &self,
        executor: impl PgExecutor<'c>,
        worker: &str,
        lane: Option<&str>,
        at_most: usize,
    ) -> sqlx::Result<Vec<Taken>> {
        let of_lane = if lane.is_some() { "w.lane = $5" } else { "w.lane is null and $5::text is null" };
        let sql = format!(
            "with free as (
               select w.claim, w.priority, w.seq from work w where w.worker = $1 and w.state = 'open' and {of_lane}
               order by w.priority, w.seq limit $2 for update skip locked),
             taken as (
               update work w set state = 'claimed', attempt = w.attempt + 1, owner = $3,
                      unbegun = w.attempt + 1, claimed_at = clock_timestamp(),
                      lease_until = clock_timestamp() + make_interval(secs => $4)
                 from free where w.claim = free.claim
               returning w.claim, w.tenant, w.event_position, w.part, w.key, w.lane, w.attempt, w.epoch, w.failures,
                         w.lost, w.priority, w.seq)
             select t.claim, t.event_position, t.part, t.key, t.lane, t.attempt, t.epoch, t.failures, t.lost, {EVENT}
               from taken t join events e on e.position = t.event_position and e.tenant = t.tenant
              order by t.priority, t.seq"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(worker)
            .bind(at_most as i64)
            .bind(self.owner)
            .bind(LEASE.as_secs_f64())
            .bind(lane)
            .fetch_all(executor)
            .await?;
        rows.iter().map(Taken::from_row).collect()
    }

    /// Notes that the effect of a claim begins now, and keeps it in hand for another while. Whether it still is.
    pub async fn begin(&self, claim: &Claim) -> sqlx::Result<bool> {
        let begun = sqlx::query(
            "update work set unbegun = null, lease_until = clock_timestamp() + make_interval(secs => $4)
              where claim = $1 and attempt = $2 and epoch = $3 and state = 'claimed'",
        )
        .bind(&claim.name)
        .bind(claim.attempt)
        .bind(claim.epoch)
        .bind(LEASE.as_secs_f64())
        .execute(&self.pool)
        .await?;
        Ok(begun.rows_affected() > 0)
    }

    /// Keeps claims in hand for another while; returns the names of those that still are.
    pub async fn renew(&self, claims: &[Claim]) -> sqlx::Result<Vec<String>> {
        sqlx::query_scalar(
            "update work w set lease_until = clock_timestamp() + make_interval(secs => $4)
               from unnest($1::text[], $2::int[], $3::bigint[]) c(claim, attempt, epoch)
              where w.claim = c.claim and w.attempt = c.attempt and w.epoch = c.epoch and w.state = 'claimed'
             returning w.claim",
        )
        .bind(claims.iter().map(|claim| claim.name.as_str()).collect::<Vec<_>>())
        .bind(claims.iter().map(|claim| claim.attempt).collect::<Vec<_>>())
        .bind(claims.iter().map(|claim| claim.epoch).collect::<Vec<_>>())
        .bind(LEASE.as_secs_f64())
        .fetch_all(&self.pool)
        .await
    }

    /// Gives back what was not begun, or may be begun twice.
    pub async fn give_back(&self, claims: &[Claim], when_lost: WhenLost) -> sqlx::Result<()> {
        sqlx::query(
            "update work w set state = 'open', lease_until = null
               from unnest($1::text[], $2::int[], $3::bigint[]) c(claim, attempt, epoch)
              where w.claim = c.claim and w.attempt = c.attempt and w.epoch = c.epoch and w.state = 'claimed'
                and ($4 or w.unbegun = w.attempt)",
        )
        .bind(claims.iter().map(|claim| claim.name.as_str()).collect::<Vec<_>>())
        .bind(claims.iter().map(|claim| claim.attempt).collect::<Vec<_>>())
        .bind(claims.iter().map(|claim| claim.epoch).collect::<Vec<_>>())
        .bind(when_lost == WhenLost::Again)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

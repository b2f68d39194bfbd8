//! Lanes: what only one process at a time serves, at a bounded rate. The bucket lies in the lane's row, so it goes
//! with the lane when another process takes over.

use std::time::Duration;

use sqlx::PgTransaction;

use super::{LEASE, Taken, Work};

/// How many effects a lane may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaneLimit {
    pub per_second: f64,
    /// Effects that may follow each other at once after a pause.
    pub burst: u32,
}

/// A lane that this process serves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lane(pub String);

/// What a lane gave this time.
#[derive(Debug)]
pub enum LaneTurn {
    /// Work, or none because there is none.
    Work(Vec<Taken>),
    /// The bucket is empty: there will be a token after this long.
    Later(Duration),
    /// Another process serves the lane now.
    Lost,
}

impl Work {
    /// Takes lanes that nobody serves, keeps those in hand, and says which they are.
    pub async fn lanes(&self, worker: &str, at_most: usize) -> sqlx::Result<Vec<Lane>> {
        sqlx::query(
            "with free as (
               select l.worker, l.lane from worker_lanes l
               where l.worker = $1 and (l.owner is null or l.lease_until < clock_timestamp())
               limit $2 for update skip locked)
             update worker_lanes l set owner = $3 from free where l.worker = free.worker and l.lane = free.lane",
        )
        .bind(worker)
        .bind(at_most as i64)
        .bind(self.owner)
        .execute(&self.pool)
        .await?;
        let lanes: Vec<String> = sqlx::query_scalar(
            "update worker_lanes l set lease_until = clock_timestamp() + make_interval(secs => $3)
              where l.worker = $1 and l.owner = $2 returning l.lane",
        )
        .bind(worker)
        .bind(self.owner)
        .bind(LEASE.as_secs_f64())
        .fetch_all(&self.pool)
        .await?;
        Ok(lanes.into_iter().map(Lane).collect())
    }

    /// Takes as much work of a lane as its bucket allows.
    pub async fn claim_in_lane(
        &self,
        worker: &str,
        lane: &Lane,
        limit: LaneLimit,
        at_most: usize,
    ) -> sqlx::Result<LaneTurn> {
        let mut transaction = self.pool.begin().await?;
        let Some(tokens) = self.tokens(&mut transaction, worker, lane, limit).await? else {
            return Ok(LaneTurn::Lost);
        };
        if tokens < 1.0 {
            return Ok(LaneTurn::Later(Duration::from_secs_f64((1.0 - tokens) / limit.per_second)));
        }
        let at_most = at_most.min(tokens as usize);
        let taken = self.take(&mut *transaction, worker, Some(&lane.0), at_most).await?;
        if !taken.is_empty() {
            sqlx::query(
                "update worker_lanes set tokens = $3, filled_at = clock_timestamp() where worker = $1 and lane = $2",
            )
            .bind(worker)
            .bind(&lane.0)
            .bind(tokens - taken.len() as f64)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(LaneTurn::Work(taken))
    }

    /// What is in the bucket now; nothing when the lane is no longer ours. Locks the lane.
    async fn tokens(
        &self,
        transaction: &mut PgTransaction<'_>,
        worker: &str,
        lane: &Lane,
        limit: LaneLimit,
    ) -> sqlx::Result<Option<f64>> {
        sqlx::query_scalar(
            "select least($4::float8, tokens + $5 * extract(epoch from clock_timestamp() - filled_at)::float8)
               from worker_lanes
              where worker = $1 and lane = $2 and owner = $3 and lease_until > clock_timestamp()
                for update",
        )
        .bind(worker)
        .bind(&lane.0)
        .bind(self.owner)
        .bind(f64::from(limit.burst))
        .bind(limit.per_second)
        .fetch_optional(&mut **transaction)
        .await
    }

    /// Lets go of every lane, so that another process need not wait for the end of the leases.
    pub async fn leave_lanes(&self, worker: &str) -> sqlx::Result<()> {
        sqlx::query(
            "update worker_lanes set owner = null, lease_until = null where worker = $1 and owner = $2",
        )
        .bind(worker)
        .bind(self.owner)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

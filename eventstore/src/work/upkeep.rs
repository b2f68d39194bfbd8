//! What has to be done now and then, by any process: timers, lost claims, and work that nobody let go.

use super::attempts::noting;
use super::settle::go_on;
use super::{KEPT, LOST_MAX, LOST_PAUSE_MAX, LOST_TOGETHER_MAX, Work};

/// What becomes of work whose worker was not heard of again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenLost {
    /// It is done again, a few times.
    Again,
    /// Nobody knows whether it was done, and it must not be done twice; but for what was claimed and not begun.
    Unknown,
}

/// Rows that one statement moves.
const TOGETHER_MAX: i64 = 1_000;

/// What was begun of an effect that must not be doubled ends as unknown; everything else is done again.
const TAKE_BACK: &str = "
    with lost as (
      select w.claim, w.lost + 1 as times, $3 and w.unbegun is distinct from w.attempt as is_unsure
        from work w where w.worker = $1 and w.state = 'claimed' and w.lease_until < clock_timestamp()
       limit $2 for update skip locked)
    update work w set lost = l.times, lease_until = null, failed_at = clock_timestamp(),
           class = case when l.is_unsure or l.times >= $4 then 'lost' else w.class end,
           reason = case when l.is_unsure then 'whoever was at it was not heard of again'
                         when l.times >= $4 then 'whoever was at it was lost, again and again'
                         else w.reason end,
           state = case when l.is_unsure then 'unknown' when l.times >= $4 then 'parked'
                        when l.times > $5 then 'later' else 'open' end,
           visible_at = case when l.times > $5
                             then clock_timestamp() + make_interval(secs => random() * least($6, power(2, l.times - $5)))
                             else w.visible_at end,
           settled_at = case when l.is_unsure then clock_timestamp() end
      from lost l where w.claim = l.claim
    returning w.claim, w.epoch, w.attempt, w.claimed_at, w.state, 'lost'::text as class,
              'whoever was at it was not heard of again'::text as reason";

impl Work {
    /// Opens what is due; says how much that was.
    pub async fn wake(&self, worker: &str) -> sqlx::Result<u64> {
        let woken = sqlx::query(
            "with due as (
               select w.claim from work w where w.worker = $1 and w.state = 'later' and w.visible_at <= clock_timestamp()
               order by w.visible_at limit $2 for update skip locked)
             update work w set state = 'open' from due where w.claim = due.claim",
        )
        .bind(worker)
        .bind(TOGETHER_MAX)
        .execute(&self.pool)
        .await?;
        Ok(woken.rows_affected())
    }

    /// Lets go what waits behind nothing: its intake did not see what was before it end, or who ended that died
    /// before it let this go. One probe for each key that has something waiting.
    pub async fn let_strays_go(&self, worker: &str) -> sqlx::Result<u64> {
        let keys_that_wait = "
            with recursive k as (
              (select w.worker, w.key from work w where w.worker = any($1) and w.state = 'waiting'
               order by w.worker, w.key limit 1)
              union all
              select n.worker, n.key from k cross join lateral (
                select w.worker, w.key from work w
                where w.worker = k.worker and w.state = 'waiting' and w.key > k.key
                order by w.worker, w.key limit 1) n)
            select worker, key from k where $2::text[] is not null";
        go_on(&self.pool, keys_that_wait, &[worker], &[]).await
    }

    /// Takes back claims whose lease ran out; says how many.
    pub async fn take_back_lost(&self, worker: &str, when_lost: WhenLost) -> sqlx::Result<u64> {
        let taken = sqlx::query(sqlx::AssertSqlSafe(noting(TAKE_BACK)))
            .bind(worker)
            .bind(TOGETHER_MAX)
            .bind(when_lost == WhenLost::Unknown)
            .bind(LOST_MAX)
            .bind(LOST_TOGETHER_MAX)
            .bind(LOST_PAUSE_MAX.as_secs_f64())
            .fetch_all(&self.pool)
            .await?;
        Ok(taken.len() as u64)
    }

    /// Drops settled work that is past keeping; says how much that was.
    pub async fn drop_settled(&self) -> sqlx::Result<u64> {
        let dropped = sqlx::query(
            "with past as (
               select claim from work where state in ('done', 'skipped')
                 and settled_at < clock_timestamp() - make_interval(secs => $1)
               limit $2),
             attempts as (delete from work_attempts a using past where a.claim = past.claim)
             delete from work w using past where w.claim = past.claim",
        )
        .bind(KEPT.as_secs_f64())
        .bind(TOGETHER_MAX)
        .execute(&self.pool)
        .await?;
        Ok(dropped.rows_affected())
    }

    /// Drops operations that nobody began, and those that are past keeping; says how many that was.
    pub async fn drop_operations(&self) -> sqlx::Result<u64> {
        let dropped = sqlx::query(
            "with past as (
               select operation from work_operations
               where begun_at is null and planned_at < clock_timestamp() - interval '1 day'
                  or ended_at < clock_timestamp() - make_interval(secs => $1)
               limit 1),
             moves as (delete from work_moves m using past where m.operation = past.operation)
             delete from work_operations o using past where o.operation = past.operation",
        )
        .bind(KEPT.as_secs_f64())
        .execute(&self.pool)
        .await?;
        Ok(dropped.rows_affected())
    }
}

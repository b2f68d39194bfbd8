//! What becomes of a claim. Work that led to events is settled by the append itself, under its fence; the rest here.

use std::time::Duration;

use sqlx::PgExecutor;

use super::attempts::noting;
use super::{Claim, Class, State, Work};

/// What a worker says about a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    Done,
    /// There was nothing to do it with.
    Skipped(String),
    /// Another try, after a while.
    Again {
        after: Duration,
        class: Class,
        reason: String,
    },
    /// An operator has to look; later work of the key waits.
    Parked {
        class: Class,
        reason: String,
    },
    /// It may have been done, and must not be done twice.
    Unknown {
        class: Class,
        reason: String,
    },
}

impl Settled {
    fn state(&self) -> State {
        match self {
            Settled::Done => State::Done,
            Settled::Skipped(_) => State::Skipped,
            Settled::Again { .. } => State::Later,
            Settled::Parked { .. } => State::Parked,
            Settled::Unknown { .. } => State::Unknown,
        }
    }

    /// Nothing when it did not fail.
    fn class(&self) -> Option<Class> {
        match self {
            Settled::Done | Settled::Skipped(_) => None,
            Settled::Again { class, .. } | Settled::Parked { class, .. } | Settled::Unknown { class, .. } => {
                Some(*class)
            }
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Settled::Done => None,
            Settled::Skipped(reason)
            | Settled::Again { reason, .. }
            | Settled::Parked { reason, .. }
            | Settled::Unknown { reason, .. } => Some(reason),
        }
    }

    fn after(&self) -> f64 {
        match self {
            Settled::Again { after, .. } => after.as_secs_f64(),
            _ => 0.0,
        }
    }

    /// Whether the next work of the key may go on.
    pub fn frees_key(&self) -> bool {
        matches!(self, Settled::Done | Settled::Skipped(_) | Settled::Unknown { .. })
    }
}

const SETTLE: &str = "
    update work w set state = s.state, reason = s.reason, class = s.class, lease_until = null,
           failures = w.failures + (s.class is not null)::int,
           failed_at = case when s.class is not null then clock_timestamp() else w.failed_at end,
           visible_at = case when s.state = 'later' then clock_timestamp() + make_interval(secs => s.after)
                             else w.visible_at end,
           settled_at = case when s.state in ('done', 'skipped', 'unknown') then clock_timestamp() end
      from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::float8[])
        s(claim, attempt, epoch, state, class, reason, after)
     where w.claim = s.claim and w.attempt = s.attempt and w.epoch = s.epoch and w.state = 'claimed'
    returning w.claim, w.epoch, w.attempt, w.claimed_at, w.state, w.class, w.reason";

impl Work {
    /// Settles claims and returns the names of those that were still ours. The others changed nothing.
    pub async fn settle(&self, settled: &[(Claim, Settled)]) -> sqlx::Result<Vec<String>> {
        let names = self.write(settled).await?;
        let freed: Vec<&Claim> =
            settled.iter().filter(|(_, settled)| settled.frees_key()).map(|(claim, _)| claim).collect();
        self.let_next_go(&freed).await?;
        Ok(names)
    }

    async fn write(&self, settled: &[(Claim, Settled)]) -> sqlx::Result<Vec<String>> {
        // What went well leaves no trace but its row, and costs nothing more.
        let has_failed = settled.iter().any(|(_, each)| each.class().is_some());
        let sql = if has_failed { noting(SETTLE) } else { SETTLE.to_owned() };
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(settled.iter().map(|(claim, _)| claim.name.as_str()).collect::<Vec<_>>())
            .bind(settled.iter().map(|(claim, _)| claim.attempt).collect::<Vec<_>>())
            .bind(settled.iter().map(|(claim, _)| claim.epoch).collect::<Vec<_>>())
            .bind(settled.iter().map(|(_, each)| each.state().name()).collect::<Vec<_>>())
            .bind(settled.iter().map(|(_, each)| each.class().map(Class::name)).collect::<Vec<_>>())
            .bind(settled.iter().map(|(_, each)| each.reason()).collect::<Vec<_>>())
            .bind(settled.iter().map(|(_, each)| each.after()).collect::<Vec<_>>())
            .fetch_all(&self.pool)
            .await
    }

    /// Lets the next work of these keys go, now that what was before it is settled.
    pub async fn let_next_go(&self, settled: &[&Claim]) -> sqlx::Result<()> {
        if settled.is_empty() {
            return Ok(());
        }
        let workers: Vec<&str> = settled.iter().map(|claim| worker_of(claim)).collect();
        let keys: Vec<&str> = settled.iter().map(|claim| claim.key.as_str()).collect();
        let named = "select distinct worker, key from unnest($1::text[], $2::text[]) n(worker, key)";
        go_on(&self.pool, named, &workers, &keys).await?;
        Ok(())
    }
}

/// A name begins with its worker.
fn worker_of(claim: &Claim) -> &str {
    claim.name.split('/').next().unwrap_or_default()
}

/// Opens the first waiting work of each key that nothing else is before. The keys are what `named` selects from the
/// two arrays.
pub(super) async fn go_on<'c>(
    executor: impl PgExecutor<'c>,
    named: &str,
    workers: &[&str],
    keys: &[&str],
) -> sqlx::Result<u64> {
    let sql = format!(
        "with next as (
           select (select w.claim from work w where w.worker = k.worker and w.key = k.key and w.state = 'waiting'
                   order by w.seq limit 1) as claim
           from ({named}) k
           where not exists (select from work a where a.worker = k.worker and a.key = k.key
                             and a.state in ('later', 'open', 'claimed', 'parked')))
         update work w set state = case when w.visible_at > clock_timestamp() then 'later' else 'open' end
           from next where w.claim = next.claim and w.state = 'waiting'"
    );
    let moved = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(workers).bind(keys).execute(executor).await?;
    Ok(moved.rows_affected())
}

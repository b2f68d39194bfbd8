//! What fails in the same way: the same worker, the same kind of failure, the same first line of what was said.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row};

use super::Work;
use super::choice::{self, CLASS, Choice, SAID};
use super::pieces::time;

/// Work that failed in the same way and is not settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The same for as long as worker, class and words are.
    pub group: String,
    pub worker: String,
    pub class: String,
    /// The first line of it.
    pub said: String,
    /// Pieces, by where they stand.
    pub parked: i64,
    pub unknown: i64,
    /// Those that will be tried again by themselves.
    pub later: i64,
    /// When the first of them failed last, and the last.
    pub first_seen: Option<Timestamp>,
    pub last_seen: Option<Timestamp>,
    /// The name of one of them.
    pub example: String,
}

impl Work {
    /// The largest groups of work that fits and failed.
    pub async fn groups(&self, choice: &Choice, limit: usize) -> sqlx::Result<Vec<Group>> {
        let failed_at = "coalesce(w.failed_at, w.settled_at, w.created_at)";
        let mut sql = QueryBuilder::<Postgres>::new(format!(
            "select {} as \"group\", w.worker, {CLASS} as class, {SAID} as said,
                    count(*) filter (where w.state = 'parked') as parked,
                    count(*) filter (where w.state = 'unknown') as unknown,
                    count(*) filter (where w.state = 'later') as later,
                    min({failed_at}) as first_seen, max({failed_at}) as last_seen, min(w.claim) as example
               from work w
              where (w.state in ('parked', 'unknown') or w.state = 'later' and w.class is not null)",
            choice::group()
        ));
        choice::push(&mut sql, choice);
        sql.push(" group by 1, 2, 3, 4 order by count(*) desc, 1 limit ").push_bind(limit as i64);
        let mut looking = self.looking().await?;
        let rows = sql.build().fetch_all(&mut *looking).await?;
        looking.commit().await?;
        rows.iter().map(Group::from_row).collect()
    }
}

impl Group {
    pub(super) fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            group: row.try_get("group")?,
            worker: row.try_get("worker")?,
            class: row.try_get("class")?,
            said: row.try_get("said")?,
            parked: row.try_get("parked")?,
            unknown: row.try_get("unknown")?,
            later: row.try_get("later")?,
            first_seen: time(row, "first_seen")?,
            last_seen: time(row, "last_seen")?,
            example: row.try_get("example")?,
        })
    }

    pub fn pieces(&self) -> i64 {
        self.parked + self.unknown + self.later
    }
}

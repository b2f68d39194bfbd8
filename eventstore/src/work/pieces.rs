//! Work as it lies there, for whoever wants to know what became of an event.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::Work;

/// What is or was owed for an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The name of what is owed, the same for ever.
    pub claim: String,
    pub worker: String,
    pub tenant: String,
    pub event_position: i64,
    /// Which of several effects of the event; empty when there is one.
    pub part: String,
    pub key: String,
    pub state: String,
    /// Claims since it was last driven.
    pub attempt: i32,
    /// Times an operator drove it again.
    pub epoch: i64,
    pub failures: i32,
    pub lost: i32,
    /// What kind of failure it was, when it failed.
    pub class: Option<String>,
    /// Why it is not done yet, or never was.
    pub reason: Option<String>,
    pub created_at: Timestamp,
    /// Not before this time.
    pub visible_at: Option<Timestamp>,
    pub claimed_at: Option<Timestamp>,
    pub failed_at: Option<Timestamp>,
    pub settled_at: Option<Timestamp>,
    /// Its place among all work, in the order in which it came to be owed.
    pub seq: i64,
}

/// What a piece is read from, in rows `w` of work.
pub(super) const COLUMNS: &str = "
    w.claim, w.worker, w.tenant, w.event_position, w.part, w.key, w.state, w.attempt, w.epoch, w.failures, w.lost,
    w.class, w.reason, w.created_at, w.visible_at, w.claimed_at, w.failed_at, w.settled_at, w.seq";

/// A name of work as it was meant: names end with the part, which is usually empty, and without one the last slash may be
/// left out.
pub fn full_name(text: &str) -> Option<String> {
    match text.split('/').collect::<Vec<_>>()[..] {
        [_, position] if position.parse::<i64>().is_ok() => Some(format!("{text}/")),
        [_, position, _] if position.parse::<i64>().is_ok() => Some(text.to_owned()),
        _ => None,
    }
}

/// Names begin with worker and position, and are the only index there is for it: what lies between the two slashes
/// and the character that comes after a slash.
const OF_EVENTS: &str = "
      from unnest($1::text[]) k(worker) cross join unnest($2::bigint[]) p(position)
      join work w on w.claim >= k.worker || '/' || p.position || '/' and w.claim < k.worker || '/' || p.position || '0'
     order by w.event_position, w.claim";

impl Work {
    /// What these workers owe or owed for events at these positions, as long as it is kept.
    pub async fn of_events(&self, workers: &[&str], positions: &[i64]) -> sqlx::Result<Vec<Piece>> {
        let sql = format!("select {COLUMNS} {OF_EVENTS}");
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(workers).bind(positions).fetch_all(&self.pool).await?;
        rows.iter().map(Piece::from_row).collect()
    }
}

impl Piece {
    pub(super) fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            claim: row.try_get("claim")?,
            worker: row.try_get("worker")?,
            tenant: row.try_get("tenant")?,
            event_position: row.try_get("event_position")?,
            part: row.try_get("part")?,
            key: row.try_get("key")?,
            state: row.try_get("state")?,
            attempt: row.try_get("attempt")?,
            epoch: row.try_get("epoch")?,
            failures: row.try_get("failures")?,
            lost: row.try_get("lost")?,
            class: row.try_get("class")?,
            reason: row.try_get("reason")?,
            created_at: row.try_get::<jiff_sqlx::Timestamp, _>("created_at")?.to_jiff(),
            visible_at: time(row, "visible_at")?,
            claimed_at: time(row, "claimed_at")?,
            failed_at: time(row, "failed_at")?,
            settled_at: time(row, "settled_at")?,
            seq: row.try_get("seq")?,
        })
    }
}

pub(super) fn time(row: &PgRow, column: &str) -> sqlx::Result<Option<Timestamp>> {
    let time: Option<jiff_sqlx::Timestamp> = row.try_get(column)?;
    Ok(time.map(|time| time.to_jiff()))
}

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
    /// Why it is not done yet, or never was.
    pub reason: Option<String>,
    pub created_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}

/// Names begin with worker and position, and are the only index there is for it: what lies between the two slashes
/// and the character that comes after a slash.
const OF_EVENTS: &str = "
    select w.claim, w.worker, w.event_position, w.part, w.key, w.state, w.attempt, w.epoch, w.failures, w.lost, w.reason,
           w.created_at, w.settled_at
      from unnest($1::text[]) k(worker) cross join unnest($2::bigint[]) p(position)
      join work w on w.claim >= k.worker || '/' || p.position || '/' and w.claim < k.worker || '/' || p.position || '0'
     order by w.event_position, w.claim";

impl Work {
    /// What these workers owe or owed for events at these positions, as long as it is kept.
    pub async fn of_events(&self, workers: &[&str], positions: &[i64]) -> sqlx::Result<Vec<Piece>> {
        let rows = sqlx::query(OF_EVENTS).bind(workers).bind(positions).fetch_all(&self.pool).await?;
        rows.iter().map(Piece::from_row).collect()
    }
}

impl Piece {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let settled_at: Option<jiff_sqlx::Timestamp> = row.try_get("settled_at")?;
        Ok(Self {
            claim: row.try_get("claim")?,
            worker: row.try_get("worker")?,
            event_position: row.try_get("event_position")?,
            part: row.try_get("part")?,
            key: row.try_get("key")?,
            state: row.try_get("state")?,
            attempt: row.try_get("attempt")?,
            epoch: row.try_get("epoch")?,
            failures: row.try_get("failures")?,
            lost: row.try_get("lost")?,
            reason: row.try_get("reason")?,
            created_at: row.try_get::<jiff_sqlx::Timestamp, _>("created_at")?.to_jiff(),
            settled_at: settled_at.map(|time| time.to_jiff()),
        })
    }
}

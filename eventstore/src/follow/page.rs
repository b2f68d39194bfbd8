//! Pages of the log: consecutive events of every tenant, bounded in number and in bytes.

use std::sync::Arc;

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

use super::Head;
use crate::event::{COLUMNS, Recorded};

/// Consecutive events, with nothing left out between `after` and `up_to`.
#[derive(Debug, Clone)]
pub struct EventPage {
    pub incarnation: Uuid,
    /// The position before the first event.
    pub after: i64,
    /// The position up to which everything was looked at.
    pub up_to: i64,
    pub events: Vec<Arc<Recorded>>,
}

/// Why the log cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowFault {
    #[error("the log cannot be read")]
    Database(#[from] sqlx::Error),
    /// Positions are dense, so an event is gone: nobody may go on as if it had never been.
    #[error("the log has a hole: after position {after} comes {found:?}")]
    Hole { after: i64, found: Option<i64> },
    /// What was read belongs to a history that the log has left.
    #[error("the log has begun incarnation {}", .0.incarnation)]
    IncarnationChanged(Head),
    #[error("the log is closed")]
    Closed,
}

/// Bounds of a page. One event may exceed the bytes, as one event has to fit.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub events: usize,
    pub bytes: usize,
}

impl EventPage {
    /// The part after a position, when that lies within.
    pub fn tail_after(&self, position: i64) -> Self {
        let events = self.events.iter().filter(|event| event.position > position).cloned().collect();
        Self { incarnation: self.incarnation, after: self.after.max(position), up_to: self.up_to, events }
    }
}

/// Reads what comes after a position, up to a head that is known. One statement, so one short transaction.
pub(crate) async fn read(
    pool: &PgPool,
    head: Head,
    after: i64,
    bounds: Bounds,
) -> Result<EventPage, FollowFault> {
    let sql = format!(
        "select {COLUMNS} from events e where e.position > $1 and e.position <= $2 order by e.position"
    );
    let wanted = (head.position - after).clamp(0, bounds.events as i64);
    let mut rows = sqlx::query(AssertSqlSafe(sql)).bind(after).bind(after + wanted).fetch(pool);
    let mut page = EventPage { incarnation: head.incarnation, after, up_to: after, events: Vec::new() };
    let mut bytes = 0;
    while page.up_to < after + wanted && bytes < bounds.bytes {
        let event = rows.try_next().await?.map(|row| Recorded::from_row(&row)).transpose()?;
        let found = event.as_ref().map(|event| event.position);
        let Some(event) = event.filter(|event| event.position == page.up_to + 1) else {
            return Err(FollowFault::Hole { after: page.up_to, found });
        };
        bytes += event.meta_text.len() + event.payload_text.len();
        page.up_to = event.position;
        page.events.push(Arc::new(event));
    }
    Ok(page)
}

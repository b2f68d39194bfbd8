//! One tenant's events in a stretch of the log, read from either end and bounded in number and in bytes.

use domain::identity::TenantId;
use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgRow;

use super::Reader;
use crate::event::{COLUMNS, Recorded};
use crate::follow::Bounds;

/// Positions that one reading looks at, however few of them are the tenant's.
const POSITIONS_MAX: i64 = 10_000;

/// Where reading begins, and which way it goes: towards newer events or towards older ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    After(i64),
    Before(i64),
}

/// Events in the order in which they were asked for, and how far everything was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    pub events: Vec<Recorded>,
    /// Up to here, or down to here when older events were asked for, with this position itself.
    pub to: i64,
}

impl Start {
    /// The same way, from where somebody has looked to.
    pub fn from_there(self, to: i64) -> Self {
        match self {
            Start::After(_) => Start::After(to),
            Start::Before(_) => Start::Before(to),
        }
    }

    pub fn order(self) -> &'static str {
        match self {
            Start::After(_) => "asc",
            Start::Before(_) => "desc",
        }
    }

    pub fn opposite_order(self) -> &'static str {
        match self {
            Start::After(_) => "desc",
            Start::Before(_) => "asc",
        }
    }
}

impl Reader {
    /// Looks at what lies between a start and an end: up to the end, or down to it without itself.
    pub async fn of_tenant(
        &self,
        tenant: &TenantId,
        start: Start,
        end: i64,
        bounds: Bounds,
    ) -> sqlx::Result<Looked> {
        let (after, up_to) = match start {
            Start::After(after) => (after, end.min(after + POSITIONS_MAX)),
            Start::Before(before) => (end.max(before - 1 - POSITIONS_MAX), before - 1),
        };
        let sql = format!(
            "select {COLUMNS} from events e where e.position > $1 and e.position <= $2 and e.tenant = $3
             order by e.position {} limit $4",
            start.order()
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(after)
            .bind(up_to)
            .bind(tenant.as_str())
            .bind(bounds.events as i64)
            .fetch(&self.pool);
        let (events, is_cut) = within(rows, bounds).await?;
        let whole = match start {
            Start::After(_) => up_to.max(after),
            Start::Before(_) => (after + 1).min(up_to + 1),
        };
        let cut = events.last().filter(|_| is_cut).map(|last| last.position);
        Ok(Looked { to: cut.unwrap_or(whole), events })
    }
}

/// Reads rows until a bound is reached, and says whether it was.
pub async fn within(
    mut rows: BoxStream<'_, sqlx::Result<PgRow>>,
    bounds: Bounds,
) -> sqlx::Result<(Vec<Recorded>, bool)> {
    let (mut events, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.try_next().await? {
        let event = Recorded::from_row(&row)?;
        bytes += event.meta_text.len() + event.payload_text.len();
        events.push(event);
        if events.len() >= bounds.events || bytes >= bounds.bytes {
            return Ok((events, true));
        }
    }
    Ok((events, false))
}

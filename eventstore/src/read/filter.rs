//! Ranges of the log, filtered. What is left out still moves the reader on.

use domain::identity::{TenantId, WorkspaceId};
use sqlx::{AssertSqlSafe, PgPool};

use super::{Reader, recorded};
use crate::event::{COLUMNS, Recorded, StreamId};
use crate::limits::PAGE_EVENTS_MAX;

/// Positions that one page looks at, however few of them fit.
const POSITIONS_IN_A_PAGE: i64 = 10_000;

/// Which events are wanted: those that fit everything that is set.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub tenant: Option<TenantId>,
    pub scope: Option<WorkspaceId>,
    pub event_type: Option<String>,
    pub aggregate: Option<String>,
    pub id: Option<StreamId>,
}

/// Events of a range, and where to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub events: Vec<Recorded>,
    /// The position up to which everything was looked at.
    pub up_to: i64,
    /// Whether that is the end of the log at this moment.
    pub at_head: bool,
}

impl Reader {
    /// Events after a position that fit a filter, in order.
    pub async fn range(&self, after: i64, filter: &Filter, limit: usize) -> sqlx::Result<Page> {
        let limit = limit.clamp(1, PAGE_EVENTS_MAX);
        // The head is read first: everything up to it is visible to the statement after it.
        let head = self.head().await?;
        let end = head.min(after + POSITIONS_IN_A_PAGE);
        let events = fitting(&self.pool, after, end, filter, limit).await?;
        let up_to = match events.last() {
            Some(last) if events.len() == limit => last.position,
            _ => end.max(after),
        };
        Ok(Page { events, up_to, at_head: up_to >= head })
    }
}

async fn fitting(
    pool: &PgPool,
    after: i64,
    end: i64,
    filter: &Filter,
    limit: usize,
) -> sqlx::Result<Vec<Recorded>> {
    let sql = format!(
        "select {COLUMNS} from events e
         where e.position > $1 and e.position <= $2
           and ($3::text is null or e.tenant = $3) and ($4::text is null or e.scope = $4)
           and ($5::text is null or e.event_type = $5) and ($6::text is null or e.type = $6)
           and ($7::text is null or e.id = $7)
         order by e.position limit $8"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(after)
        .bind(end)
        .bind(filter.tenant.as_ref().map(|tenant| tenant.as_str()))
        .bind(filter.scope.as_ref().map(|scope| scope.as_str()))
        .bind(filter.event_type.as_deref())
        .bind(filter.aggregate.as_deref())
        .bind(filter.id.as_ref().map(|id| id.as_str()))
        .bind(limit as i64)
        .fetch_all(pool)
        .await?;
    recorded(&rows)
}

//! Events that fit a filter, from either end. What is left out still moves the reader on.

use sqlx::AssertSqlSafe;

use super::Inspector;
use crate::event::COLUMNS;
use crate::follow::Bounds;
use crate::read::{Filter, Looked, Start, within};

/// Positions that one look covers, however few of them fit. One at a single stream covers all: it meets no others.
const POSITIONS_MAX: i64 = 10_000;

const ALL: &str = "events e where true";
/// A stream is found by its number, which the directory knows.
const OF_A_STREAM: &str = "streams s join events e on e.stream_no = s.stream_no and e.position >= s.stream_no
     where s.type = $6 and s.id = $7 and ($3::text is null or s.tenant = $3)";

impl Inspector {
    /// Looks at what lies between a start and an end: up to the end, or down to it without itself.
    pub async fn look(
        &self,
        filter: &Filter,
        start: Start,
        end: i64,
        bounds: Bounds,
    ) -> sqlx::Result<Looked> {
        let is_of_a_stream = filter.aggregate.is_some() && filter.id.is_some();
        let (among, positions) = if is_of_a_stream { (OF_A_STREAM, i64::MAX) } else { (ALL, POSITIONS_MAX) };
        let (after, up_to) = match start {
            Start::After(after) => (after, end.min(after.saturating_add(positions))),
            Start::Before(before) => (end.max((before - 1).saturating_sub(positions)), before - 1),
        };
        let sql = format!(
            "select {COLUMNS} from {among}
               and e.position > $1 and e.position <= $2
               and ($3::text is null or e.tenant = $3) and ($4::text is null or e.scope = $4)
               and ($5::text is null or e.event_type = $5) and ($6::text is null or e.type = $6)
               and ($7::text is null or e.id = $7)
             order by e.position {} limit $8",
            start.order()
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(after)
            .bind(up_to)
            .bind(filter.tenant.as_ref().map(|tenant| tenant.as_str()))
            .bind(filter.scope.as_ref().map(|scope| scope.as_str()))
            .bind(filter.event_type.as_deref())
            .bind(filter.aggregate.as_deref())
            .bind(filter.id.as_ref().map(|id| id.as_str()))
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

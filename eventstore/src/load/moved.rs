//! Whether streams have moved since they were last seen: one index probe each.

use sqlx::PgConnection;

use super::batcher::Ask;

pub(crate) struct IsMoved;

/// The last event of a stream, as far as somebody knows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LastEvent {
    pub stream_no: i64,
    pub version: i64,
    pub position: i64,
}

impl Ask for IsMoved {
    type Question = LastEvent;
    type Answer = bool;

    async fn ask(connection: &mut PgConnection, seen: &[LastEvent]) -> sqlx::Result<Vec<bool>> {
        let column = |pick: fn(&LastEvent) -> i64| seen.iter().map(pick).collect::<Vec<_>>();
        sqlx::query_scalar(
            "select not stream_unchanged(q.stream_no, q.version, q.position)
             from unnest($1, $2, $3) with ordinality q(stream_no, version, position, ordinal) order by q.ordinal",
        )
        .bind(column(|last| last.stream_no))
        .bind(column(|last| last.version))
        .bind(column(|last| last.position))
        .fetch_all(connection)
        .await
    }
}

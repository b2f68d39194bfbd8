//! Whether streams have moved since they were last seen: one index probe each.

use sqlx::PgConnection;
use uuid::Uuid;

use super::batcher::Ask;

pub(crate) struct IsMoved;

/// The last event of a stream, as far as somebody knows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LastEvent {
    pub stream_no: i64,
    pub version: i64,
    pub position: i64,
}

/// What somebody remembers of a stream, and of which history.
pub(crate) struct Remembered {
    pub incarnation: Uuid,
    pub last: LastEvent,
}

impl Ask for IsMoved {
    type Question = Remembered;
    type Answer = bool;

    async fn ask(connection: &mut PgConnection, remembered: &[Remembered]) -> sqlx::Result<Vec<bool>> {
        let column =
            |pick: fn(&LastEvent) -> i64| remembered.iter().map(|each| pick(&each.last)).collect::<Vec<_>>();
        sqlx::query_scalar(
            "select b.incarnation <> q.incarnation or not stream_unchanged(q.stream_no, q.version, q.position)
             from unnest($1, $2, $3, $4) with ordinality q(incarnation, stream_no, version, position, ordinal)
             cross join (select incarnation from log_batches order by last_position desc limit 1) b
             order by q.ordinal",
        )
        .bind(remembered.iter().map(|each| each.incarnation).collect::<Vec<_>>())
        .bind(column(|last| last.stream_no))
        .bind(column(|last| last.version))
        .bind(column(|last| last.position))
        .fetch_all(connection)
        .await
    }
}

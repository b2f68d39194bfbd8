//! The events of one chain of causes, of whatever tenant, for operators: by the index where that reaches, from the log
//! itself beyond.

use eventstore::database::{self, Role, Unfit};
use eventstore::event::Recorded;
use eventstore::follow::Head;
use eventstore::inspect::{Inspector, Links};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::EventIndex;
use crate::runtime::{Projection, ReadModel, of};

pub(super) const INDEX: &dyn Projection = of::<EventIndex>();

#[derive(Debug, thiserror::Error)]
pub enum ChainFault {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the log cannot be read")]
    Database(#[from] sqlx::Error),
}

/// What is linked, in order, and no more than a limit.
pub async fn chain(
    database_url: &str,
    inspector: &Inspector,
    links: Links,
    limit: usize,
) -> Result<Vec<Recorded>, ChainFault> {
    let head = inspector.end().await?;
    // The only role that reads the index of all tenants.
    let mut connection = database::connect(database_url, Role::Projector).await?;
    let reached = reached(&mut connection, head).await?;
    let positions = if reached > 0 { indexed(&mut connection, links, limit).await? } else { Vec::new() };
    connection.close().await?;
    let mut events = inspector.at(&positions).await?;
    events.retain(|event| event.position <= reached);
    let left = limit - events.len();
    events.extend(inspector.linked(links, reached, head.position, left).await?);
    Ok(events)
}

/// How far the index can be relied on: not at all when it is of another history, or events were set aside.
pub(super) async fn reached(connection: &mut PgConnection, head: Head) -> sqlx::Result<i64> {
    let reached: Option<i64> = sqlx::query_scalar(
        "select position from public.projection_checkpoints
         where name = $1 and version = $2 and incarnation = $3 and parked_keys = 0",
    )
    .bind(EventIndex::NAME)
    .bind(EventIndex::VERSION)
    .bind(head.incarnation)
    .fetch_optional(connection)
    .await?;
    Ok(reached.unwrap_or_default().min(head.position))
}

async fn indexed(connection: &mut PgConnection, links: Links, limit: usize) -> sqlx::Result<Vec<i64>> {
    let sql = format!(
        "select position from {}.event_index
         where correlation_id = $1 and ($2::uuid is null or causation_id = $2) order by position limit $3",
        INDEX.schema()
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(links.correlation_id)
        .bind(links.causation_id)
        .bind(limit as i64)
        .fetch_all(connection)
        .await
}

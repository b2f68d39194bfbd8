//! What answers events of the past, of whatever tenant: many questions in one.

use eventstore::database::{self, Role};
use eventstore::event::Recorded;
use eventstore::inspect::{Inspector, Links};
use sqlx::{AssertSqlSafe, Connection};
use uuid::Uuid;

use super::chain::{ChainFault, INDEX, reached};

/// How far the index can be relied on at this moment; not at all when events were set aside.
pub async fn indexed_up_to(database_url: &str, inspector: &Inspector) -> Result<i64, ChainFault> {
    let head = inspector.end().await?;
    let mut connection = database::connect(database_url, Role::Projector).await?;
    let reached = reached(&mut connection, head).await?;
    connection.close().await?;
    Ok(reached)
}

/// The events of commands that answer one of these, as far as the index goes.
pub async fn answers(
    database_url: &str,
    inspector: &Inspector,
    events: &[Links],
) -> Result<Vec<Recorded>, ChainFault> {
    let correlations: Vec<Uuid> = events.iter().map(|links| links.correlation_id).collect();
    let causes: Vec<Uuid> = events.iter().filter_map(|links| links.causation_id).collect();
    let sql = format!(
        "select position from {}.event_index
         where correlation_id = any($1) and causation_id = any($2) order by position",
        INDEX.schema()
    );
    let mut connection = database::connect(database_url, Role::Projector).await?;
    let positions: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(correlations)
        .bind(causes)
        .fetch_all(&mut connection)
        .await?;
    connection.close().await?;
    Ok(inspector.at(&positions).await?)
}

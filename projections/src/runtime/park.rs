//! Keys set aside: what could not be projected, and everything after it about the same thing, in order.

use std::collections::HashSet;

use sqlx::{PgConnection, PgExecutor, PgPool};

use super::checkpoint;
use super::projection::Projection;

/// An event that waits behind one that could not be projected.
pub struct Waiting {
    pub key: String,
    pub position: i64,
}

/// The keys that are set aside at present.
pub async fn keys<'c>(
    executor: impl PgExecutor<'c>,
    projection: &dyn Projection,
) -> sqlx::Result<HashSet<String>> {
    let keys: Vec<String> =
        sqlx::query_scalar("select key from parked_keys where name = $1 and version = $2")
            .bind(projection.checkpoint())
            .bind(projection.version())
            .fetch_all(executor)
            .await?;
    Ok(keys.into_iter().collect())
}

/// The same, and makes the count of them right, should it ever be wrong.
pub async fn recount(pool: &PgPool, projection: &dyn Projection) -> sqlx::Result<HashSet<String>> {
    let mut transaction = pool.begin().await?;
    // Whoever sets keys aside or takes them back holds the checkpoint, too.
    checkpoint::hold(&mut transaction, projection).await?;
    let keys = keys(&mut *transaction, projection).await?;
    sqlx::query(
        "update projection_checkpoints set parked_keys = $3
          where name = $1 and version = $2 and parked_keys <> $3",
    )
    .bind(projection.checkpoint())
    .bind(projection.version())
    .bind(keys.len() as i32)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(keys)
}

/// Sets a key aside. Within the transaction that holds the checkpoint.
pub async fn set_aside(
    connection: &mut PgConnection,
    projection: &dyn Projection,
    key: &str,
    reason: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "with parked as (
           insert into public.parked_keys(name, version, key, reason) values ($1, $2, $3, $4)
           returning name, version)
         update public.projection_checkpoints c set parked_keys = c.parked_keys + 1
           from parked where c.name = parked.name and c.version = parked.version",
    )
    .bind(projection.checkpoint())
    .bind(projection.version())
    .bind(key)
    .bind(reason)
    .execute(connection)
    .await?;
    Ok(())
}

/// Queues events behind their keys.
pub async fn queue(
    connection: &mut PgConnection,
    projection: &dyn Projection,
    waiting: &[Waiting],
) -> sqlx::Result<()> {
    if waiting.is_empty() {
        return Ok(());
    }
    let (keys, positions): (Vec<&str>, Vec<i64>) =
        waiting.iter().map(|each| (each.key.as_str(), each.position)).unzip();
    sqlx::query(
        "insert into public.parked_events(name, version, key, position)
         select $1, $2, key, position from unnest($3::text[], $4::bigint[]) u(key, position)",
    )
    .bind(projection.checkpoint())
    .bind(projection.version())
    .bind(keys)
    .bind(positions)
    .execute(connection)
    .await?;
    Ok(())
}

/// The first events that wait behind a key.
pub async fn first_of(
    connection: &mut PgConnection,
    projection: &dyn Projection,
    key: &str,
    limit: i64,
) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar(
        "select position from public.parked_events where name = $1 and version = $2 and key = $3
         order by position limit $4",
    )
    .bind(projection.checkpoint())
    .bind(projection.version())
    .bind(key)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Takes the events of a key off its queue, up to a position; a key without any is no longer set aside. Whether
/// that is so.
pub async fn take_back(
    connection: &mut PgConnection,
    projection: &dyn Projection,
    key: &str,
    up_to: i64,
) -> sqlx::Result<bool> {
    sqlx::query(
        "delete from public.parked_events where name = $1 and version = $2 and key = $3 and position <= $4",
    )
    .bind(projection.checkpoint())
    .bind(projection.version())
    .bind(key)
    .bind(up_to)
    .execute(&mut *connection)
    .await?;
    let freed = sqlx::query(
        "with freed as (
           delete from public.parked_keys k where name = $1 and version = $2 and key = $3
             and not exists (select from public.parked_events e
                             where e.name = k.name and e.version = k.version and e.key = k.key)
           returning name, version)
         update public.projection_checkpoints c set parked_keys = c.parked_keys - 1
           from freed where c.name = freed.name and c.version = freed.version",
    )
    .bind(projection.checkpoint())
    .bind(projection.version())
    .bind(key)
    .execute(connection)
    .await?;
    Ok(freed.rows_affected() > 0)
}

//! Drops what of a read model is not in use.

use serde::Serialize;
use sqlx::PgConnection;

use super::beside::{Beside, Purpose};
use super::build;
use super::failed::RebuildFailed;
use super::live::{schema, version_of};
use super::turn::Turn;
use crate::runtime::projection::Projection;

/// What was dropped: schemas, with every table in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dropped {
    pub name: &'static str,
    pub schemas: Vec<String>,
}

/// Drops the tables beside those in use, and those of versions that are in use no more. What is in use stays, and the tables
/// of this program's own version.
pub async fn drop_unused(
    database_url: &str,
    projection: &'static dyn Projection,
) -> Result<Dropped, RebuildFailed> {
    let name = projection.name();
    let mut turn = Turn::take(database_url, name).await?;
    let in_use = schema(turn.connection(), name).await?;
    let mut schemas = unused(turn.connection(), projection, in_use.as_deref()).await?;
    let retired: Vec<i32> = schemas.iter().filter_map(|schema| version_of(name, schema)).collect();
    if let Some(version) = written(turn.connection(), name, &retired).await? {
        return Err(RebuildFailed::StillWritten { name, version });
    }
    forget(turn.connection(), name, &retired).await?;
    let mut is_any = !schemas.is_empty();
    for purpose in Purpose::ALL {
        is_any |= build::remove(turn.connection(), database_url, Beside { projection, purpose }).await?;
    }
    for schema in &schemas {
        build::drop_schema(database_url, schema).await?;
    }
    turn.give_back().await;
    schemas.sort();
    if is_any { Ok(Dropped { name, schemas }) } else { Err(RebuildFailed::NothingToDrop { name }) }
}

async fn unused(
    connection: &mut PgConnection,
    projection: &dyn Projection,
    in_use: Option<&str>,
) -> sqlx::Result<Vec<String>> {
    let schemas: Vec<String> =
        sqlx::query_scalar("select nspname::text from pg_namespace where nspname ~ $1")
            .bind(format!("^{}_v[0-9]+(_beside|_what_if)?$", projection.name()))
            .fetch_all(connection)
            .await?;
    let own = projection.schema();
    Ok(schemas.into_iter().filter(|each| *each != own && Some(each.as_str()) != in_use).collect())
}

/// One of these versions that a process of it still writes.
async fn written(connection: &mut PgConnection, name: &str, versions: &[i32]) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar(
        "select version from projection_checkpoints
          where name = $1 and version = any($2) and lease_until > clock_timestamp() limit 1",
    )
    .bind(name)
    .bind(versions)
    .fetch_optional(connection)
    .await
}

async fn forget(connection: &mut PgConnection, name: &str, versions: &[i32]) -> sqlx::Result<()> {
    for sql in [
        "delete from parked_events where name = $1 and version = any($2)",
        "delete from parked_keys where name = $1 and version = any($2)",
        "delete from projection_checkpoints where name = $1 and version = any($2)",
    ] {
        sqlx::query(sql).bind(name).bind(versions).execute(&mut *connection).await?;
    }
    Ok(())
}

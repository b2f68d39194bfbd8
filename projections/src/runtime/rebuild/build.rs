//! What is known of tables beside those in use: made, taken up again after a kill, dropped.

use std::thread;
use std::time::UNIX_EPOCH;

use eventstore::database::{self, Role};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use super::beside::{Beside, checkpoints, schema};
use super::failed::RebuildFailed;
use crate::runtime::install::{TAKE_TURN, make_guarded, mark_of};

/// Parts that fill one set of tables; more would wait for each other in Postgres.
const PARTS_MAX: usize = 4;

/// Rows made by one program, from the first event of one incarnation on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    pub parts: u64,
    pub is_resumed: bool,
}

/// Takes up what was begun by the same program for the same history; whatever else is there is dropped, and a new one begun.
pub async fn take_up(
    connection: &mut PgConnection,
    database_url: &str,
    beside: Beside,
    incarnation: Uuid,
) -> Result<Build, RebuildFailed> {
    if let Some(parts) = begun(&mut *connection, beside, incarnation).await? {
        return Ok(Build { parts, is_resumed: true });
    }
    remove(&mut *connection, database_url, beside).await?;
    make_tables(database_url, beside).await?;
    let parts = thread::available_parallelism().map_or(1, usize::from).min(PARTS_MAX) as u64;
    note(connection, beside, parts, incarnation).await?;
    Ok(Build { parts, is_resumed: false })
}

/// Into how many parts one is divided that this program can take up.
async fn begun(
    connection: &mut PgConnection,
    beside: Beside,
    incarnation: Uuid,
) -> sqlx::Result<Option<u64>> {
    let parts: Option<i32> = sqlx::query_scalar(
        "select b.parts from projection_builds b
          where b.name = $1 and b.purpose = $2 and b.version = $3 and b.program = $4 and b.state <> 'replaced'
            and b.parts = (select count(*) from projection_checkpoints c
                           where starts_with(c.name, $5) and c.incarnation = $6)",
    )
    .bind(beside.projection.name())
    .bind(beside.purpose.name())
    .bind(beside.projection.version())
    .bind(program(beside))
    .bind(checkpoints(beside.projection.name(), beside.purpose))
    .bind(incarnation)
    .fetch_optional(connection)
    .await?;
    Ok(parts.and_then(|parts| u64::try_from(parts).ok()))
}

/// Rows of one program and rows of another are not mixed. A program is known by its file.
fn program(beside: Beside) -> String {
    let file = std::env::current_exe().and_then(std::fs::metadata);
    let of_file = file.ok().and_then(|file| {
        let changed = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(format!("{} {}", file.len(), changed.as_millis()))
    });
    let of_file = of_file.unwrap_or_default();
    format!("{} {} {of_file}", env!("CARGO_PKG_VERSION"), mark_of(beside.projection))
}

async fn make_tables(database_url: &str, beside: Beside) -> Result<(), RebuildFailed> {
    let mut owner = database::connect(database_url, Role::Owner).await?;
    let mut transaction = owner.begin().await?;
    transaction.execute(TAKE_TURN).await?;
    make_guarded(&mut transaction, beside.projection, &beside.schema()).await?;
    transaction.commit().await?;
    Ok(owner.close().await?)
}

/// The checkpoints of its parts begin before the first event.
async fn note(
    connection: &mut PgConnection,
    beside: Beside,
    parts: u64,
    incarnation: Uuid,
) -> sqlx::Result<()> {
    let mut transaction = connection.begin().await?;
    sqlx::query(
        "insert into projection_builds(name, purpose, version, state, parts, program)
         values ($1, $2, $3, 'building', $4, $5)",
    )
    .bind(beside.projection.name())
    .bind(beside.purpose.name())
    .bind(beside.projection.version())
    .bind(parts as i32)
    .bind(program(beside))
    .execute(&mut *transaction)
    .await?;
    sqlx::query(
        "insert into projection_checkpoints(name, version, incarnation, position)
         select $1 || part, $2, $3, 0 from generate_series(0, $4 - 1) part",
    )
    .bind(checkpoints(beside.projection.name(), beside.purpose))
    .bind(beside.projection.version())
    .bind(incarnation)
    .bind(parts as i32)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

/// It holds everything up to where the one in use is.
pub async fn is_built(connection: &mut PgConnection, beside: Beside) -> sqlx::Result<()> {
    sqlx::query("update projection_builds set state = 'built' where name = $1 and purpose = $2")
        .bind(beside.projection.name())
        .bind(beside.purpose.name())
        .execute(connection)
        .await?;
    Ok(())
}

/// Drops the tables beside those in use, and what is known of them; whether there were any. The knowledge goes first: tables
/// that nobody knows of are dropped by whoever makes new ones.
pub async fn remove(
    connection: &mut PgConnection,
    database_url: &str,
    beside: Beside,
) -> Result<bool, RebuildFailed> {
    let mut transaction = connection.begin().await?;
    let forgotten = sqlx::query("delete from projection_builds where name = $1 and purpose = $2")
        .bind(beside.projection.name())
        .bind(beside.purpose.name())
        .execute(&mut *transaction)
        .await?;
    forget_parts(&mut transaction, beside).await?;
    transaction.commit().await?;
    let schemas = schemas_of(&mut *connection, beside).await?;
    for schema in &schemas {
        drop_schema(database_url, schema).await?;
    }
    Ok(!schemas.is_empty() || forgotten.rows_affected() > 0)
}

/// Checkpoints of the parts, and what they have set aside.
pub async fn forget_parts(connection: &mut PgConnection, beside: Beside) -> sqlx::Result<()> {
    for table in ["parked_events", "parked_keys", "projection_checkpoints"] {
        sqlx::query(AssertSqlSafe(format!("delete from public.{table} where starts_with(name, $1)")))
            .bind(checkpoints(beside.projection.name(), beside.purpose))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Of whichever version.
async fn schemas_of(connection: &mut PgConnection, beside: Beside) -> sqlx::Result<Vec<String>> {
    let name = beside.projection.name();
    sqlx::query_scalar("select nspname::text from pg_namespace where nspname ~ $1")
        .bind(format!("^{}$", schema(&format!("{name}_v[0-9]+"), beside.purpose)))
        .fetch_all(connection)
        .await
}

pub async fn drop_schema(database_url: &str, schema: &str) -> Result<(), RebuildFailed> {
    let mut owner = database::connect(database_url, Role::Owner).await?;
    let mut transaction = owner.begin().await?;
    transaction.execute(TAKE_TURN).await?;
    transaction.execute(AssertSqlSafe(format!("drop schema if exists {schema} cascade"))).await?;
    transaction.commit().await?;
    Ok(owner.close().await?)
}

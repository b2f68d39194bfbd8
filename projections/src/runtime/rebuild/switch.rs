//! Puts tables made anew in the place of those in use, in one transaction.
//!
//! Schemas change their names, so whoever writes by name goes on in the new tables; views lead to them, so whoever reads
//! does, too. Whoever writes waits meanwhile, and finds its checkpoint where it left it.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Executor, PgConnection};
use tokio::time::sleep;

use super::beside::{Beside, checkpoints};
use super::build;
use super::failed::RebuildFailed;
use super::fill::{Fill, Tell};
use super::meet::{Held, connect, hold};
use crate::runtime::install::LEAD;

/// Readers that come while the switch waits for others wait behind it, so it gives up soon and tries again; sooner, too,
/// than Postgres looks for a circle of waiting, which it would end at a reader's expense.
const LOCK_TIMEOUT: &str = "set local lock_timeout = '200ms'";
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(200);
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Where both were at the switch.
pub async fn switch(
    fill: &mut Fill<'_>,
    connection: &mut PgConnection,
    database_url: &str,
    beside: Beside,
    tell: &mut Tell<'_>,
) -> Result<i64, RebuildFailed> {
    for _ in 0..ATTEMPTS {
        fill.come_close(&mut *connection, beside.projection, tell).await?;
        let mut owner = connect(database_url).await?;
        let held = hold(&mut owner, beside.projection).await?;
        match attempt(fill, held, beside).await {
            Err(RebuildFailed::Database(error)) if is_locked(&error) => {}
            switched => return switched,
        }
        drop(owner);
        fill.keep_while(sleep(PAUSE)).await?;
    }
    Err(RebuildFailed::NoMoment(beside.projection.name()))
}

fn is_locked(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == LOCK_NOT_AVAILABLE)
}

async fn attempt(fill: &mut Fill<'_>, held: Held<'_>, beside: Beside) -> Result<i64, RebuildFailed> {
    let Held { mut transaction, live } = held;
    let goal = fill.goal(&live).await?;
    fill.hurry_to(goal).await?;
    transaction.execute(LOCK_TIMEOUT).await?;
    let replaced = position_of_replaced(&mut transaction, beside).await?;
    take_over_checkpoint(&mut transaction, beside, fill).await?;
    note(&mut transaction, beside, replaced).await?;
    transaction.execute("set local role owner").await?;
    rename(&mut transaction, beside, replaced.is_some()).await?;
    transaction.execute(LEAD).await?;
    transaction.commit().await?;
    Ok(goal)
}

/// Where the tables are whose name the new ones take, if there are any: usually those in use.
async fn position_of_replaced(connection: &mut PgConnection, beside: Beside) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar(
        "select coalesce((select position from public.projection_checkpoints where name = $1 and version = $2), 0)
           from pg_namespace where nspname = $3",
    )
    .bind(beside.projection.name())
    .bind(beside.projection.version())
    .bind(beside.projection.schema())
    .fetch_optional(connection)
    .await
}

/// The checkpoint of this version stands where the new rows are, and what they have set aside is what is set aside. Its
/// owner stays the same: it waits for this row, and goes on.
async fn take_over_checkpoint(
    connection: &mut PgConnection,
    beside: Beside,
    fill: &Fill<'_>,
) -> sqlx::Result<()> {
    let (name, version) = (beside.projection.name(), beside.projection.version());
    let parts = checkpoints(name, beside.purpose);
    sqlx::query(
        "insert into public.projection_checkpoints(name, version, incarnation, position, parked_keys)
         select $1, $2, $3, $4, coalesce(sum(parked_keys), 0) from public.projection_checkpoints
          where starts_with(name, $5)
         on conflict (name, version) do update
           set incarnation = excluded.incarnation, position = excluded.position,
               parked_keys = excluded.parked_keys, updated_at = clock_timestamp()",
    )
    .bind(name)
    .bind(version)
    .bind(fill.incarnation())
    .bind(fill.at())
    .bind(&parts)
    .execute(&mut *connection)
    .await?;
    for table in ["parked_keys", "parked_events"] {
        let delete = format!("delete from public.{table} where name = $1 and version = $2");
        sqlx::query(AssertSqlSafe(delete)).bind(name).bind(version).execute(&mut *connection).await?;
        let take_over = format!("update public.{table} set name = $1 where starts_with(name, $2)");
        sqlx::query(AssertSqlSafe(take_over)).bind(name).bind(&parts).execute(&mut *connection).await?;
    }
    build::forget_parts(connection, beside).await
}

/// What was in use lies beside from now on.
async fn note(connection: &mut PgConnection, beside: Beside, replaced: Option<i64>) -> sqlx::Result<()> {
    let sql = match replaced {
        Some(_) => {
            "update public.projection_builds set state = 'replaced', position = $3 where name = $1 and purpose = $2"
        }
        None => {
            "delete from public.projection_builds where name = $1 and purpose = $2 and $3::bigint is null"
        }
    };
    sqlx::query(sql)
        .bind(beside.projection.name())
        .bind(beside.purpose.name())
        .bind(replaced)
        .execute(connection)
        .await?;
    Ok(())
}

/// Leaves the transaction in the schema of the tables that are in use from now on.
async fn rename(connection: &mut PgConnection, beside: Beside, has_replaced: bool) -> sqlx::Result<()> {
    let (in_use, anew) = (beside.projection.schema(), beside.schema());
    let aside = format!("{in_use}_aside");
    let mut statements = vec![format!("alter schema {anew} rename to {aside}")];
    if has_replaced {
        statements.push(format!("alter schema {in_use} rename to {anew}"));
    }
    statements.push(format!("alter schema {aside} rename to {in_use}"));
    statements.push(format!("set local search_path = {in_use}"));
    for statement in statements {
        connection.execute(AssertSqlSafe(statement)).await?;
    }
    Ok(())
}

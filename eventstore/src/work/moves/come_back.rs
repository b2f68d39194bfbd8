//! Brings back work that its key has gone past: it must not be at hand beside other work of the key.
//!
//! What makes work of a key active is an intake, the end of other work of the key, or an operator. The intake and other
//! operators are kept out by the intake's checkpoint, which all of them hold; other work is held until this is over.

use sqlx::PgConnection;

use crate::work::settle::go_on;

/// More than it can take: each time something of the key has moved.
const TRIES: usize = 20;

/// The name, if it moved. What changed since it was looked at does not.
pub(super) async fn move_one(connection: &mut PgConnection, name: &str) -> sqlx::Result<Vec<String>> {
    let found: Option<(String, String)> =
        sqlx::query_as("select worker, key from work where claim = $1 and state = 'unknown' for update")
            .bind(name)
            .fetch_optional(&mut *connection)
            .await?;
    let Some((worker, key)) = found else { return Ok(Vec::new()) };
    hold_intake(connection, &worker).await?;
    for _ in 0..TRIES {
        match before(connection, &worker, &key).await? {
            (false, false) => return become_(connection, name, "open").await,
            (true, _) if hold_active(connection, &worker, &key).await? => {
                return become_(connection, name, "waiting").await;
            }
            // Nothing is active, or what was is no longer: then what waits is next.
            _ => {
                go_on(
                    &mut *connection,
                    "select * from unnest($1::text[], $2::text[]) n(worker, key)",
                    &[&worker],
                    &[&key],
                )
                .await?;
            }
        }
    }
    Err(sqlx::Error::Protocol(format!("the work of key {key} does not stand still for long enough")))
}

async fn hold_intake(connection: &mut PgConnection, worker: &str) -> sqlx::Result<()> {
    sqlx::query("select from projection_checkpoints where name = $1 for update")
        .bind(worker)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether other work of the key is active, and whether some waits, both at one moment.
async fn before(connection: &mut PgConnection, worker: &str, key: &str) -> sqlx::Result<(bool, bool)> {
    sqlx::query_as(
        "select exists (select from work where worker = $1 and key = $2
                        and state in ('later', 'open', 'claimed', 'parked')),
                exists (select from work where worker = $1 and key = $2 and state = 'waiting')",
    )
    .bind(worker)
    .bind(key)
    .fetch_one(connection)
    .await
}

/// Whether what is active was held before it ended.
async fn hold_active(connection: &mut PgConnection, worker: &str, key: &str) -> sqlx::Result<bool> {
    let held: Option<i32> = sqlx::query_scalar(
        "select 1 from work where worker = $1 and key = $2 and state in ('later', 'open', 'claimed', 'parked')
          limit 1 for update",
    )
    .bind(worker)
    .bind(key)
    .fetch_optional(connection)
    .await?;
    Ok(held.is_some())
}

async fn become_(connection: &mut PgConnection, name: &str, state: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "update work set state = $2, epoch = epoch + 1, attempt = 0, failures = 0, lost = 0, unbegun = null,
                settled_at = null
          where claim = $1 and state = 'unknown' returning claim",
    )
    .bind(name)
    .bind(state)
    .fetch_all(connection)
    .await
}

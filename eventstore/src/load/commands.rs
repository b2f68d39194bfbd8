//! Whether commands were carried out before, on any day the command log keeps.

use std::collections::HashMap;

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::batcher::Ask;
use crate::fingerprint::Fingerprint;

pub(crate) struct CommandLookUp;

/// A command in the log.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CommandFound {
    pub first_position: i64,
    pub events: i32,
    /// Nothing for a command that came with an import: its id alone tells it.
    pub fingerprint: Option<Fingerprint>,
}

impl Ask for CommandLookUp {
    type Question = Uuid;
    type Answer = Option<CommandFound>;

    async fn ask(connection: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Option<CommandFound>>> {
        let rows = sqlx::query(
            "select command_id, first_position, events, request_mac from command_log where command_id = any($1)",
        )
        .bind(ids)
        .fetch_all(connection)
        .await?;
        let mut found = rows.iter().map(found).collect::<sqlx::Result<HashMap<_, _>>>()?;
        // Lanes see to it that an id is asked for once at a time.
        Ok(ids.iter().map(|id| found.remove(id)).collect())
    }
}

fn found(row: &PgRow) -> sqlx::Result<(Uuid, CommandFound)> {
    let found = CommandFound {
        first_position: row.try_get("first_position")?,
        events: row.try_get("events")?,
        fingerprint: row.try_get("request_mac")?,
    };
    Ok((row.try_get("command_id")?, found))
}

//! Whether commands were carried out before, on any day the command log keeps.

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
    pub fingerprint: Fingerprint,
}

/// The answer for one id, and the database's day on which it was given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CommandsLookedUp {
    pub found: Option<CommandFound>,
    pub on: jiff::civil::Date,
}

impl Ask for CommandLookUp {
    type Question = Uuid;
    type Answer = CommandsLookedUp;

    async fn ask(connection: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<CommandsLookedUp>> {
        let rows = sqlx::query(
            "select (now() at time zone 'UTC')::date as day, l.first_position, l.events, l.request_mac
             from unnest($1) with ordinality q(id, ordinal)
             left join lateral (select c.first_position, c.events, c.request_mac
                                from command_log c where c.command_id = q.id limit 1) l on true
             order by q.ordinal",
        )
        .bind(ids)
        .fetch_all(connection)
        .await?;
        rows.iter().map(looked_up).collect()
    }
}

fn looked_up(row: &sqlx::postgres::PgRow) -> sqlx::Result<CommandsLookedUp> {
    let on = row.try_get::<jiff_sqlx::Date, _>("day")?.to_jiff();
    let Some(first_position) = row.try_get("first_position")? else {
        return Ok(CommandsLookedUp { found: None, on });
    };
    let fingerprint = row.try_get("request_mac")?;
    Ok(CommandsLookedUp {
        found: Some(CommandFound {
            first_position,
            events: row.try_get("events")?,
            fingerprint,
        }),
        on,
    })
}

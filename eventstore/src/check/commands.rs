//! Commands: each has one outcome, whole and in one place.

use sqlx::PgConnection;

use super::{Checked, TOLD_MAX};

/// What a command wrote lies side by side, so a command that was carried out twice has more than one beginning. And
/// what was written down of commands with a key is what the events say.
pub async fn one_outcome_each(reader: &mut PgConnection) -> sqlx::Result<Checked> {
    let counted = sqlx::query_scalar(
        "select count(*) from (select (meta ->> 'command_id') <> lag(meta ->> 'command_id', 1, '') over (order by position)
                               as begins from events) e where begins",
    )
    .fetch_one(&mut *reader)
    .await?;
    let mut violations: Vec<String> = sqlx::query_scalar(
        "select 'carried out more than once: ' || command from (
           select meta ->> 'command_id' as command,
                  (meta ->> 'command_id') <> lag(meta ->> 'command_id', 1, '') over (order by position) as begins
           from events) e
         where begins group by command having count(*) > 1 limit $1",
    )
    .bind(TOLD_MAX)
    .fetch_all(&mut *reader)
    .await?;
    let unlike: Vec<String> = sqlx::query_scalar(
        "select 'not as it was written down: ' || l.command_id from command_log l
         where l.events <> (select count(*) from events e
                            where e.position >= l.first_position and e.position < l.first_position + l.events
                              and e.meta ->> 'command_id' = l.command_id::text)
         limit $1",
    )
    .bind(TOLD_MAX)
    .fetch_all(reader)
    .await?;
    violations.extend(unlike);
    Ok(Checked::new("one outcome for each command", counted, violations))
}

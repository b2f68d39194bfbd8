//! Partitions, ahead of what is written.

use sqlx::PgConnection;

use super::Finding;
use crate::partitions::{AHEAD, POSITIONS};

const FIX: &str = "start `airtide serve`, which makes them, or run `airtide migrate up`; see its log for what is in the way";

/// Appends stop where partitions end, so fewer than two ahead is red.
pub(super) async fn events(reader: &mut PgConnection) -> sqlx::Result<Finding> {
    const CHECK: &str = "event partitions";
    let ahead: i64 = sqlx::query_scalar(
        "select count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'events'::regclass
           and substring(c.relname from 'events_p(\\d+)')::bigint
               > (select last_position + 1 from log_batches order by last_position desc limit 1) / $1",
    )
    .bind(POSITIONS)
    .fetch_one(reader)
    .await?;
    let detail = format!("{ahead} ahead of the one in use");
    Ok(if ahead < AHEAD { Finding::fail(CHECK, detail, FIX) } else { Finding::ok(CHECK, detail) })
}

pub(super) async fn commands(reader: &mut PgConnection) -> sqlx::Result<Finding> {
    const CHECK: &str = "command partitions";
    let missing: Vec<String> = sqlx::query_scalar(
        "select to_char(today + ahead, 'YYYY-MM-DD')
         from (select (greatest(now(), recorded_at) at time zone 'UTC')::date as today
               from log_batches order by last_position desc limit 1) t, generate_series(0, 1) ahead
         where to_regclass('command_log_' || to_char(today + ahead, 'YYYYMMDD')) is null",
    )
    .fetch_all(reader)
    .await?;
    if missing.is_empty() {
        return Ok(Finding::ok(CHECK, "today and tomorrow are there"));
    }
    Ok(Finding::fail(CHECK, format!("missing for {}", missing.join(", ")), FIX))
}

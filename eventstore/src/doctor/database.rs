//! Postgres itself: its tables, its durability, and who keeps old row versions alive.

use sqlx::PgConnection;

use super::Finding;
use crate::database::{self, Unfit};
use crate::{chain_of, migrate};

pub(super) async fn migrations(database_url: &str) -> Finding {
    const CHECK: &str = "migrations";
    match migrate::status(database_url).await {
        Err(error) => Finding::unknown(CHECK, chain_of(&error)),
        Ok(all) => {
            let missing: Vec<_> =
                all.iter().filter(|each| !each.applied).map(|each| each.name.as_str()).collect();
            if missing.is_empty() {
                return Finding::ok(CHECK, format!("all {} applied", all.len()));
            }
            Finding::fail(CHECK, format!("missing: {}", missing.join(", ")), "airtide migrate up")
        }
    }
}

pub(super) async fn durability(reader: &mut PgConnection) -> sqlx::Result<Finding> {
    const CHECK: &str = "durability";
    match database::check(reader).await {
        Ok(()) => Ok(Finding::ok(CHECK, "fsync, full_page_writes and synchronous_commit are on")),
        Err(Unfit::Unanswered(error)) => Err(error),
        Err(unfit) => {
            let fix =
                "set it on in postgresql.conf (a role must be neither superuser nor bypass row security)";
            Ok(Finding::fail(CHECK, unfit.to_string(), fix))
        }
    }
}

/// Open transactions of a minute and more: under them nothing that was deleted or updated can be cleaned up.
pub(super) async fn foreign_snapshots(reader: &mut PgConnection) -> sqlx::Result<Finding> {
    const CHECK: &str = "foreign snapshots";
    let held: Vec<String> = sqlx::query_scalar(
        "select format('pid %s of %s, open for %s s (%s)', pid, coalesce(nullif(application_name, ''), usename::text),
                       round(extract(epoch from now() - xact_start)), state)
         from pg_stat_activity
         where xact_start < now() - interval '1 minute' and backend_type = 'client backend' and pid <> pg_backend_pid()
         union all
         select format('prepared transaction %s, since %s', gid, prepared) from pg_prepared_xacts
         where prepared < now() - interval '1 minute'
         union all
         select format('replication slot %s', slot_name) from pg_replication_slots where xmin is not null
         union all
         select format('standby %s with feedback', coalesce(nullif(application_name, ''), pid::text))
         from pg_stat_replication where backend_xmin is not null and age(backend_xmin) > 1000000",
    )
    .fetch_all(reader)
    .await?;
    if held.is_empty() {
        return Ok(Finding::ok(CHECK, "none older than a minute"));
    }
    Ok(Finding::warn(CHECK, held.join("; "), "end these transactions: select pg_terminate_backend(<pid>)"))
}

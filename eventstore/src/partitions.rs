//! Partitions, made before they are needed: ten million positions of events each, one day of keyed commands each.
//!
//! A partition is made beside the table and then attached: `CREATE TABLE … PARTITION OF` behind a long reader
//! would stop every append until that reader is done; attaching waits a second at most and is tried again.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::Date;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::database::{self, Role};

/// Positions in one partition of `events`. `append` in `migrations/` holds the same number.
pub const POSITIONS: i64 = 10_000_000;
/// Partitions of `events` that are kept ready beyond the one in use.
pub const AHEAD: i64 = 2;
/// Days that the command log keeps, besides today.
pub const COMMAND_DAYS_KEPT: i32 = 7;
/// Days for which the command log is made ahead.
pub const COMMAND_DAYS_AHEAD: i32 = 2;

/// How often the maintenance task looks.
const EVERY: Duration = Duration::from_secs(60);

/// The end of the log: what decides which partitions are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    pub position: i64,
    /// The day of the last batch. Time in the log never goes back, so a clock that once was ahead keeps counting
    /// until the others have caught up.
    pub recorded_on: Date,
}

/// The tail of a log that has begun.
pub async fn tail(connection: &mut PgConnection) -> sqlx::Result<Option<Tail>> {
    let row: Option<(i64, jiff_sqlx::Date)> = sqlx::query_as(
        "select last_position, (recorded_at at time zone 'UTC')::date
         from log_batches order by last_position desc limit 1",
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(position, recorded_on)| Tail { position, recorded_on: recorded_on.to_jiff() }))
}

/// Makes what is missing and drops days of commands that are past keeping. Nodes take turns; whoever comes second
/// finds everything made.
pub async fn make_ahead(owner: &mut PgConnection, tail: Option<Tail>) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_lock(hashtext('airtide.partitions'))").execute(&mut *owner).await?;
    // Neither waits for the other: an event partition that cannot be attached must not cost a day its commands.
    let days = make_days(owner, tail).await;
    let positions = make_positions(owner, tail.map_or(0, |tail| tail.position)).await;
    sqlx::query("select pg_advisory_unlock(hashtext('airtide.partitions'))").execute(&mut *owner).await?;
    days.and(positions)
}

/// Makes what the log of an import needs, and what will be needed next.
pub(crate) async fn make_for(owner: &mut PgConnection, head: i64, days: &BTreeSet<Date>) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_lock(hashtext('airtide.partitions'))").execute(&mut *owner).await?;
    let made = make_all_for(owner, head, days).await;
    sqlx::query("select pg_advisory_unlock(hashtext('airtide.partitions'))").execute(&mut *owner).await?;
    made
}

async fn make_all_for(owner: &mut PgConnection, head: i64, days: &BTreeSet<Date>) -> sqlx::Result<()> {
    for number in 0..(head + 1) / POSITIONS {
        make_events_partition(owner, number).await?;
    }
    for day in days {
        make_command_partition(owner, &day.strftime("%Y%m%d").to_string()).await?;
    }
    make_positions(owner, head).await
}

async fn make_positions(owner: &mut PgConnection, head: i64) -> sqlx::Result<()> {
    let current = (head + 1) / POSITIONS;
    for number in current..=current + AHEAD {
        make_events_partition(owner, number).await?;
    }
    Ok(())
}

async fn make_days(owner: &mut PgConnection, tail: Option<Tail>) -> sqlx::Result<()> {
    let (days, stale): (Vec<String>, Vec<String>) = sqlx::query_as(
        "with clock as (select (now() at time zone 'UTC')::date as today)
         select array(select to_char(day, 'YYYYMMDD')
                      from (select today + ahead as day from clock, generate_series(0, $1) ahead
                            union select $3 + ahead from generate_series(0, $1) ahead) d
                      where day is not null order by day),
                array(select c.relname::text
                      from clock, pg_inherits i join pg_class c on c.oid = i.inhrelid
                      where i.inhparent = 'command_log'::regclass
                        and c.relname < 'command_log_' || to_char(least(today, $3) - $2, 'YYYYMMDD'))",
    )
    .bind(COMMAND_DAYS_AHEAD)
    .bind(COMMAND_DAYS_KEPT)
    .bind(tail.map(|tail| jiff_sqlx::Date::from(tail.recorded_on)))
    .fetch_one(&mut *owner)
    .await?;
    for day in days {
        make_command_partition(owner, &day).await?;
    }
    for name in stale {
        drop_command_partition(owner, &name).await?;
    }
    Ok(())
}

async fn make_events_partition(owner: &mut PgConnection, number: i64) -> sqlx::Result<()> {
    let (from, to) = (number * POSITIONS, (number + 1) * POSITIONS);
    let partition = Partition {
        parent: "events",
        name: format!("events_p{number}"),
        bounds: format!("for values from ({from}) to ({to})"),
        check: format!("position >= {from} and position < {to}"),
        index: "unique (stream_no, seq)",
    };
    partition.make(owner).await
}

async fn make_command_partition(owner: &mut PgConnection, day: &str) -> sqlx::Result<()> {
    let partition = Partition {
        parent: "command_log",
        name: format!("command_log_{day}"),
        bounds: format!("for values in ('{day}')"),
        check: format!("day = date '{day}'"),
        index: "",
    };
    partition.make(owner).await
}

/// Waits for the lock for a moment only: while it waits, every append of a command with a key waits behind it.
async fn drop_command_partition(owner: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    let statements = format!(
        "set local lock_timeout = '100ms';
         alter table command_log detach partition {name};
         drop table {name};"
    );
    in_transaction(owner, statements).await?;
    tracing::info!(partition = name, "dropped a day of commands");
    Ok(())
}

async fn in_transaction(owner: &mut PgConnection, statements: String) -> sqlx::Result<()> {
    let mut transaction = owner.begin().await?;
    transaction.execute(AssertSqlSafe(statements)).await?;
    transaction.commit().await
}

struct Partition {
    parent: &'static str,
    name: String,
    bounds: String,
    check: String,
    index: &'static str,
}

impl Partition {
    async fn make(&self, owner: &mut PgConnection) -> sqlx::Result<()> {
        if self.is_attached(owner).await? {
            return Ok(());
        }
        let Self { parent, name, bounds, check, index } = self;
        // An earlier attempt may have made the table and then waited in vain to attach it.
        let unique =
            if index.is_empty() { String::new() } else { format!("alter table {name} add {index};") };
        let make = format!(
            "drop table if exists {name};
             create table {name} (like {parent} including all, constraint {name}_bounds check ({check}));
             {unique}
             alter table {name} enable row level security;
             alter table {name} force row level security;"
        );
        in_transaction(owner, make).await?;
        // The check spares attaching a scan. From then on the bounds say the same, at no cost per row.
        let attach = format!(
            "alter table {parent} attach partition {name} {bounds};
             alter table {name} drop constraint {name}_bounds;"
        );
        in_transaction(owner, attach).await?;
        tracing::info!(partition = name, "made a partition");
        Ok(())
    }

    async fn is_attached(&self, owner: &mut PgConnection) -> sqlx::Result<bool> {
        sqlx::query_scalar(
            "select exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid
                            where i.inhparent = $1::text::regclass and c.relname = $2)",
        )
        .bind(self.parent)
        .bind(&self.name)
        .fetch_one(&mut *owner)
        .await
    }
}

/// Keeps partitions ahead for as long as the log is open. A failure is told and tried again.
pub(crate) async fn keep_ahead(database_url: String) {
    loop {
        if let Err(error) = make_ahead_once(&database_url).await {
            tracing::warn!(error = %error, "partitions could not be made ahead; trying again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn make_ahead_once(database_url: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut reader = database::connect(database_url, Role::LogReader).await?;
    let tail = tail(&mut reader).await?;
    reader.close().await?;
    let mut owner = database::connect(database_url, Role::Owner).await?;
    make_ahead(&mut owner, tail).await?;
    owner.close().await?;
    Ok(())
}

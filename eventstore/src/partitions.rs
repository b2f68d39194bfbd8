//! Partitions, made before they are needed: ten million positions of events each, one day of keyed commands each.
//!
//! A partition is made beside the table and then attached: `CREATE TABLE … PARTITION OF` behind a long reader
//! would stop every append until that reader is done; attaching waits a second at most and is tried again.

use std::time::Duration;

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

/// Makes what is missing, given the head of the log, and drops days of commands that are past keeping.
pub async fn make_ahead(owner: &mut PgConnection, head: i64) -> sqlx::Result<()> {
    let current = (head + 1) / POSITIONS;
    for number in current..=current + AHEAD {
        make_events_partition(owner, number).await?;
    }
    let (days, stale): (Vec<String>, Vec<String>) = sqlx::query_as(
        "select array(select to_char((now() at time zone 'UTC')::date + offset_days, 'YYYYMMDD')
                      from generate_series(0, $1) as offset_days),
                array(select c.relname::text
                      from pg_inherits i join pg_class c on c.oid = i.inhrelid
                      where i.inhparent = 'command_log'::regclass
                        and c.relname < 'command_log_' || to_char((now() at time zone 'UTC')::date - $2, 'YYYYMMDD'))",
    )
    .bind(COMMAND_DAYS_AHEAD)
    .bind(COMMAND_DAYS_KEPT)
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

async fn drop_command_partition(owner: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    owner.execute(AssertSqlSafe(format!("alter table command_log detach partition {name}"))).await?;
    owner.execute(AssertSqlSafe(format!("drop table {name}"))).await?;
    Ok(())
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
        let mut transaction = owner.begin().await?;
        transaction.execute(AssertSqlSafe(make)).await?;
        transaction.commit().await?;
        owner
            .execute(AssertSqlSafe(format!("alter table {parent} attach partition {name} {bounds}")))
            .await?;
        // It spared attaching a scan; from now on the bounds of the partition say the same, at no cost per row.
        owner.execute(AssertSqlSafe(format!("alter table {name} drop constraint {name}_bounds"))).await?;
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
pub async fn keep_ahead(database_url: String, head: impl Fn() -> i64) {
    loop {
        if let Err(error) = make_ahead_once(&database_url, head()).await {
            tracing::warn!(error = %error, "partitions could not be made ahead; trying again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn make_ahead_once(
    database_url: &str,
    head: i64,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut owner = database::connect(database_url, Role::Owner).await?;
    // Nodes take turns; whoever comes second finds everything made.
    sqlx::query("select pg_advisory_lock(hashtext('airtide.partitions'))").execute(&mut owner).await?;
    make_ahead(&mut owner, head).await?;
    owner.close().await?;
    Ok(())
}

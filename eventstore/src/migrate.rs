//! Brings a database to the tables of this program.

use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Connection, Executor, PgConnection, SqlSafeStr};
use uuid::Uuid;

use crate::database::{self, Role, Unfit};
use crate::partitions::{self, Tail};

const ROLES: &str = include_str!("../../migrations/roles.sql");

/// Every migration, oldest first.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "log", include_str!("../../migrations/0001_log.sql")),
    (2, "append", include_str!("../../migrations/0002_append.sql")),
    (3, "follow", include_str!("../../migrations/0003_follow.sql")),
    (4, "identity", include_str!("../../migrations/0004_identity.sql")),
    (5, "projections", include_str!("../../migrations/0005_projections.sql")),
    (6, "relay", include_str!("../../migrations/0006_relay.sql")),
    (7, "work", include_str!("../../migrations/0007_work.sql")),
    (8, "outgoing", include_str!("../../migrations/0008_outgoing.sql")),
    (9, "announce", include_str!("../../migrations/0009_announce.sql")),
    (10, "work_with_events", include_str!("../../migrations/0010_work_with_events.sql")),
    (11, "projection_builds", include_str!("../../migrations/0011_projection_builds.sql")),
    (12, "imported_commands", include_str!("../../migrations/0012_imported_commands.sql")),
    (13, "imports", include_str!("../../migrations/0013_imports.sql")),
    (14, "failing_work", include_str!("../../migrations/0014_failing_work.sql")),
    (15, "work_operations", include_str!("../../migrations/0015_work_operations.sql")),
    (16, "sessions", include_str!("../../migrations/0016_sessions.sql")),
    (17, "limits", include_str!("../../migrations/0017_limits.sql")),
    (18, "api_keys", include_str!("../../migrations/0018_api_keys.sql")),
    (19, "sign_in", include_str!("../../migrations/0019_sign_in.sql")),
    (20, "keys", include_str!("../../migrations/0020_keys.sql")),
    (21, "erasure", include_str!("../../migrations/0021_erasure.sql")),
    (22, "failed_sign_ins", include_str!("../../migrations/0022_failed_sign_ins.sql")),
    (23, "quotas", include_str!("../../migrations/0023_quotas.sql")),
    (24, "refused_requests", include_str!("../../migrations/0024_refused_requests.sql")),
    (28, "airtable_secrets", include_str!("../../migrations/0028_airtable_secrets.sql")),
    (29, "airtable_contacts", include_str!("../../migrations/0029_airtable_contacts.sql")),
];

#[derive(Debug, thiserror::Error)]
pub enum MigrationFailed {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the roles of the log cannot be made")]
    Roles(#[source] sqlx::Error),
    #[error("a migration failed")]
    Migration(#[from] MigrateError),
    #[error("the log cannot be begun")]
    Begin(#[source] sqlx::Error),
}

/// One migration and whether this database has it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MigrationStatus {
    pub version: i64,
    pub name: String,
    pub applied: bool,
}

fn migrator() -> Migrator {
    let migrations = MIGRATIONS.iter().map(|(version, name, sql)| {
        Migration::new(*version, (*name).into(), MigrationType::Simple, (*sql).into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// Makes roles, tables and partitions, and begins the log when it has no history yet. May be repeated, and run by
/// several at once: they take turns.
pub async fn up(database_url: &str) -> Result<(), MigrationFailed> {
    let mut login =
        PgConnection::connect_with(&database::options(database_url)?).await.map_err(Unfit::Unreachable)?;
    login
        .execute("select pg_advisory_lock(hashtext('airtide.migrate'))")
        .await
        .map_err(MigrationFailed::Roles)?;
    login.execute(ROLES).await.map_err(MigrationFailed::Roles)?;

    let mut owner = database::connect(database_url, Role::Owner).await?;
    migrator().run(&mut owner).await?;
    partitions::make_ahead(&mut owner, tail(database_url).await?).await.map_err(MigrationFailed::Begin)?;
    owner.close().await.map_err(MigrationFailed::Begin)?;
    begin_log(database_url).await?;
    login.close().await.map_err(MigrationFailed::Roles)
}

async fn tail(database_url: &str) -> Result<Option<Tail>, MigrationFailed> {
    let mut writer = database::connect(database_url, Role::LogWriter).await?;
    let tail = partitions::tail(&mut writer).await.map_err(MigrationFailed::Begin)?;
    writer.close().await.map_err(MigrationFailed::Begin)?;
    Ok(tail)
}

/// Draws the first incarnation: the row that every later batch is chained to.
async fn begin_log(database_url: &str) -> Result<(), MigrationFailed> {
    let mut writer = database::connect(database_url, Role::LogWriter).await?;
    sqlx::query(
        "insert into log_batches(last_position, first_position, recorded_at, batch_id, incarnation, digest, chain_hash)
         select 0, 0, now(), $1, $1, '', '' where not exists (select from log_batches)
         on conflict do nothing",
    )
    .bind(Uuid::now_v7())
    .execute(&mut writer)
    .await
    .map_err(MigrationFailed::Begin)?;
    writer.close().await.map_err(MigrationFailed::Begin)
}

/// Every migration this program knows, and whether the database has it.
pub async fn status(database_url: &str) -> Result<Vec<MigrationStatus>, MigrationFailed> {
    let mut login =
        PgConnection::connect_with(&database::options(database_url)?).await.map_err(Unfit::Unreachable)?;
    // The table of migrations is its maker's; before there was a first migration there may be no such role.
    let _ = login.execute("set role owner").await;
    let migrator = migrator();
    let has_table: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut login)
        .await
        .map_err(Unfit::Unanswered)?;
    let applied =
        if has_table { login.list_applied_migrations(&migrator.table_name).await? } else { Vec::new() };
    let state = |migration: &Migration| MigrationStatus {
        version: migration.version,
        name: migration.description.to_string(),
        applied: applied.iter().any(|each| each.version == migration.version),
    };
    Ok(migrator.iter().map(state).collect())
}

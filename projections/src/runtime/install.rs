//! Makes the tables of read models, each version in a schema of its own, behind views whose names stay.

use eventstore::database::{self, Role, Unfit};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::projection::Projection;

/// Whoever makes, moves or drops tables of read models does so alone. Waits longer than whoever has the turn takes.
pub const TAKE_TURN: &str =
    "set local lock_timeout = '30s'; select pg_advisory_xact_lock(hashtext('airtide.projections'))";

/// Run in a schema: policies and rights of its tables.
const GUARD: &str = include_str!("guard.sql");
/// Run in a schema: queries read its tables from then on.
pub const LEAD: &str = include_str!("lead.sql");

#[derive(Debug, thiserror::Error)]
pub enum InstallFailed {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the tables of read models cannot be made")]
    Database(#[from] sqlx::Error),
    #[error("the tables of {name} were changed: raise its version, which is {version}")]
    Changed { name: &'static str, version: i32 },
}

/// Makes what is missing. May be repeated, and run by several at once: they take turns.
pub async fn install(database_url: &str, projections: &[&dyn Projection]) -> Result<(), InstallFailed> {
    let mut owner = database::connect(database_url, Role::Owner).await?;
    for projection in projections {
        if !is_installed(&mut owner, *projection).await? {
            make(&mut owner, *projection).await?;
        }
    }
    Ok(owner.close().await?)
}

/// A schema says which tables were made in it: a changed `tables.sql` needs a new version.
async fn is_installed(owner: &mut PgConnection, projection: &dyn Projection) -> Result<bool, InstallFailed> {
    let mark: Option<String> =
        sqlx::query_scalar("select obj_description(to_regnamespace($1)::oid, 'pg_namespace')")
            .bind(projection.schema())
            .fetch_one(owner)
            .await?;
    match mark {
        None => Ok(false),
        Some(mark) if mark == mark_of(projection) => Ok(true),
        Some(_) => Err(InstallFailed::Changed { name: projection.name(), version: projection.version() }),
    }
}

async fn make(owner: &mut PgConnection, projection: &dyn Projection) -> Result<(), InstallFailed> {
    let schema = projection.schema();
    let mut transaction = owner.begin().await?;
    transaction.execute(TAKE_TURN).await?;
    if is_installed(&mut transaction, projection).await? {
        return Ok(());
    }
    make_guarded(&mut transaction, projection, &schema).await?;
    transaction.execute(LEAD).await?;
    transaction.commit().await?;
    tracing::info!(schema, "made the tables of a read model");
    Ok(())
}

/// Makes the tables of a read model in a schema, with policies and rights, and stays in that schema for the rest of the
/// transaction. Nobody reads them yet.
pub async fn make_guarded(
    transaction: &mut PgConnection,
    projection: &dyn Projection,
    schema: &str,
) -> sqlx::Result<()> {
    let mark = mark_of(projection);
    let begin = format!(
        "create schema {schema}; comment on schema {schema} is '{mark}'; set local search_path = {schema};"
    );
    for statements in [begin.as_str(), projection.tables(), GUARD] {
        transaction.execute(AssertSqlSafe(statements)).await?;
    }
    Ok(())
}

/// Of the tables' text.
pub fn mark_of(projection: &dyn Projection) -> String {
    format!("{:016x}", fnv1a(projection.tables()))
}

/// A hash that is the same in every build.
pub fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

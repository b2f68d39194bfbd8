//! Makes the tables of read models, each version in a schema of its own, behind views whose names stay.

use eventstore::database::{self, Role, Unfit};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::projection::Projection;

const INSTALL: &str = include_str!("install.sql");

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
    // Longer than whoever has the turn takes.
    transaction
        .execute(
            "set local lock_timeout = '30s'; select pg_advisory_xact_lock(hashtext('airtide.projections'))",
        )
        .await?;
    if is_installed(&mut transaction, projection).await? {
        return Ok(());
    }
    let mark = mark_of(projection);
    let begin = format!(
        "create schema {schema}; comment on schema {schema} is '{mark}'; set local search_path = {schema};"
    );
    for statements in [begin.as_str(), projection.tables(), INSTALL] {
        transaction.execute(AssertSqlSafe(statements)).await?;
    }
    transaction.commit().await?;
    tracing::info!(schema, "made the tables of a read model");
    Ok(())
}

/// FNV-1a of the tables' text: the same in every build.
fn mark_of(projection: &dyn Projection) -> String {
    let hash = projection.tables().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

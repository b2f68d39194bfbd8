//! The database that a log is brought into. COPY is not for tables whose rows are guarded, so the owner of the tables
//! lifts the guard from itself for the length of the one transaction: what anybody else sees before and after it is
//! guarded, and within it nobody sees anything, because each table is locked.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::ImportFailed;
use crate::database::{self, Role};
use crate::keyring::state;
use crate::keys::{Keys, marks};
use crate::partitions;
use crate::transfer::copy::CopyRows;
use crate::transfer::manifest::Manifest;
use crate::transfer::secrets::SecretsReader;

/// Every table that is written or must be empty, and what of it would be too much.
const TABLES: [(&str, &str); 16] = [
    ("events", "true"),
    ("streams", "true"),
    ("log_batches", "last_position > 0"),
    ("command_log", "true"),
    ("reservations", "true"),
    ("counters", "true"),
    ("subject_keys", "true"),
    ("credentials", "true"),
    ("second_factors", "true"),
    ("recovery_codes", "true"),
    ("webhook_secrets", "true"),
    ("airtable_secrets", "true"),
    ("projection_checkpoints", "position > 0"),
    ("log_imports", "true"),
    // Those of a node that has started here are compared with what travelled.
    ("key_marks", "false"),
    ("wrapping_keys", "false"),
];

pub struct Target {
    owner: PgConnection,
}

impl Target {
    /// Makes the partitions that are needed, then begins, locks everything, and makes sure that there is nothing.
    pub async fn open(database_url: &str, manifest: &Manifest) -> Result<Self, ImportFailed> {
        let mut owner = database::connect(database_url, Role::Owner).await?;
        partitions::make_for(&mut owner, manifest.end.position, &manifest.command_days).await?;
        owner.execute("begin; set local idle_in_transaction_session_timeout = '10min'").await?;
        for (table, _) in TABLES {
            let lift = format!("alter table {table} no force row level security");
            owner.execute(AssertSqlSafe(lift)).await.map_err(in_use)?;
        }
        for (table, too_much) in TABLES {
            let asking = format!("select exists (select from {table} where {too_much})");
            if sqlx::query_scalar(AssertSqlSafe(asking)).fetch_one(&mut owner).await? {
                return Err(ImportFailed::NotEmpty(format!("there are rows in {table}")));
            }
        }
        Ok(Self { owner })
    }

    pub async fn put(&mut self, rows: CopyRows) -> sqlx::Result<()> {
        rows.write(&mut self.owner).await
    }

    /// Those that wrap, of which this place has the newest in use.
    pub async fn wrapping(&mut self) -> sqlx::Result<Vec<u32>> {
        state::needed(&mut self.owner).await
    }

    /// The names of the keys that this database was ever used with. The table is locked, so they stay these.
    pub async fn keys_used(&mut self) -> sqlx::Result<Vec<String>> {
        marks::names(&mut self.owner).await
    }

    /// Secrets, sealed with the keys of this place, and the marks of these.
    pub async fn put_secrets(&mut self, secrets: &SecretsReader, keys: &Keys) -> Result<(), ImportFailed> {
        let in_use = state::in_use(&mut self.owner).await?;
        let mut secrets = secrets.rows(&keys.wrapping, in_use.number)?;
        while let Some(tables) = secrets.next()? {
            for rows in tables {
                self.put(rows).await?;
            }
        }
        marks::leave(&mut self.owner, keys).await?;
        Ok(marks::compare(&mut self.owner, keys).await?)
    }

    /// Where no secrets travelled: the marks of the keys that the log needs. No node starts without them.
    pub async fn leave_marks(&mut self, manifest: &Manifest) -> Result<(), ImportFailed> {
        for (name, mark) in &manifest.key_marks {
            let left: Vec<u8> = sqlx::query_scalar(
                "with left_now as (insert into key_marks(name, mark) values ($1, $2) on conflict do nothing returning mark)
                 select mark from left_now union all select mark from key_marks where name = $1 limit 1",
            )
            .bind(name)
            .bind(&mark.0)
            .fetch_one(&mut self.owner)
            .await?;
            if left != mark.0 {
                return Err(ImportFailed::OtherKeys(name.clone()));
            }
        }
        Ok(())
    }

    /// Has what follows the log follow this one from its first event, puts the guard back, and commits.
    pub async fn finish(
        mut self,
        manifest: &Manifest,
        actor: &str,
        reason: &str,
    ) -> Result<(), ImportFailed> {
        sqlx::query("update projection_checkpoints set incarnation = $1, updated_at = clock_timestamp()")
            .bind(manifest.end.incarnation)
            .execute(&mut self.owner)
            .await?;
        sqlx::query(
            "insert into log_imports(last_position, export, incarnation, chain_hash, actor, reason)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(manifest.end.position)
        .bind(manifest.export)
        .bind(manifest.end.incarnation)
        .bind(&manifest.end.chain_hash.0)
        .bind(actor)
        .bind(reason)
        .execute(&mut self.owner)
        .await?;
        // What was exported before members were counted brings no counters of them.
        self.owner.execute("select count_members()").await?;
        for (table, _) in TABLES {
            let guard = format!("alter table {table} force row level security");
            self.owner.execute(AssertSqlSafe(guard)).await?;
        }
        self.owner.execute("commit").await?;
        self.analyze().await;
        Ok(self.owner.close().await?)
    }

    /// What is known of an empty table misleads whoever plans a query of a full one. The log is whole without.
    async fn analyze(&mut self) {
        let tables =
            "analyze events, streams, log_batches, command_log, reservations, subject_keys, credentials";
        if let Err(error) = self.owner.execute(tables).await {
            tracing::warn!(error = %error, "the imported tables are not analysed yet; Postgres does that by itself");
        }
    }
}

/// Somebody else holds a lock for as long as we wait.
fn in_use(error: sqlx::Error) -> ImportFailed {
    let is_lock =
        error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "55P03");
    if is_lock { ImportFailed::InUse(error) } else { error.into() }
}

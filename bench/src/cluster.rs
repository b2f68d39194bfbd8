//! The Postgres that is measured: `DATABASE_URL`, or a private one that goes with the bench.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use eventstore::{Log, LogOptions, SNAPSHOT_EVERY};
use server::dev::postgres::{PostgresOptions, PrivatePostgres};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::Outcome;

/// Memory and log size of a small production server; durability stays as it is everywhere.
const SETTINGS: [(&str, &str); 5] = [
    ("shared_buffers", "4GB"),
    ("max_wal_size", "16GB"),
    ("min_wal_size", "4GB"),
    ("checkpoint_timeout", "30min"),
    // Else what one side leaves behind is cleaned up while the other is measured.
    ("autovacuum", "off"),
];

/// Log files of 16 MB that are filled before anything is measured.
const LOG_FILES: usize = 160;

pub struct Cluster {
    url: String,
    /// Kept for as long as it is measured.
    postgres: Option<PrivatePostgres>,
}

impl Cluster {
    pub async fn start() -> Outcome<Self> {
        if let Ok(url) = std::env::var("DATABASE_URL") {
            return Ok(Self { url, postgres: None });
        }
        let settings = SETTINGS.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let postgres = PrivatePostgres::start(&PostgresOptions { settings, ..PostgresOptions::default() })?;
        let cluster = Self { url: postgres.url(), postgres: Some(postgres) };
        cluster.fill_log_files().await?;
        Ok(cluster)
    }

    /// Brings the cluster to the state of one that has run for a while: its log files are there and are used
    /// again. A new cluster makes one each half second of load, and everybody waits for it.
    async fn fill_log_files(&self) -> Outcome<()> {
        for _ in 0..LOG_FILES {
            self.admin("select pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()".into()).await?;
        }
        self.admin("checkpoint".into()).await
    }

    pub async fn version(&self) -> Outcome<String> {
        let mut admin = PgConnection::connect(&self.url).await?;
        let version: String = sqlx::query_scalar("select 'PostgreSQL ' || current_setting('server_version')")
            .fetch_one(&mut admin)
            .await?;
        Ok(version)
    }

    /// How it was set up, beyond what `airtide dev` sets.
    pub fn settings(&self) -> String {
        match self.postgres {
            None => "settings as found at DATABASE_URL".into(),
            Some(_) => SETTINGS.map(|(name, value)| format!("{name} = {value}")).join(", "),
        }
    }

    /// A migrated database nobody else uses.
    pub async fn fresh_database(&self) -> Outcome<Database> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("bench_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        self.admin(format!("create database {name}")).await?;
        let (server, _) = self.url.rsplit_once('/').ok_or("DATABASE_URL names no database")?;
        let url = format!("{server}/{name}");
        eventstore::migrate::up(&url).await?;
        Ok(Database { name, url, keys: tempfile::tempdir()? })
    }

    pub async fn drop_database(&self, database: Database) -> Outcome<()> {
        self.admin(format!("drop database {} with (force)", database.name)).await
    }

    /// Whether tables are cleaned up and looked over as they fill, which plans of queries hang on.
    pub async fn autovacuum(&self, is_on: bool) -> Outcome<()> {
        if self.postgres.is_none() {
            return Ok(());
        }
        self.admin(format!("alter system set autovacuum = {is_on}")).await?;
        self.admin("select pg_reload_conf()".into()).await
    }

    async fn admin(&self, statement: String) -> Outcome<()> {
        let mut admin = PgConnection::connect_with(&PgConnectOptions::from_str(&self.url)?).await?;
        admin.execute(AssertSqlSafe(statement)).await?;
        admin.close().await?;
        Ok(())
    }
}

pub struct Database {
    name: String,
    pub url: String,
    pub keys: tempfile::TempDir,
}

impl Database {
    /// The log as `serve` opens it.
    pub async fn open_log(&self) -> Outcome<Log> {
        self.open_log_with(|_| {}).await
    }

    pub async fn open_log_with(&self, change: impl FnOnce(&mut LogOptions)) -> Outcome<Log> {
        open_log(self.url.clone(), self.keys.path().to_owned(), change).await
    }

    /// A connection that no policy binds.
    pub async fn superuser(&self) -> Outcome<PgConnection> {
        Ok(PgConnection::connect(&self.url).await?)
    }
}

pub async fn open_log(
    database_url: String,
    keys_dir: PathBuf,
    change: impl FnOnce(&mut LogOptions),
) -> Outcome<Log> {
    let mut options = LogOptions {
        database_url,
        keys_dir,
        queue_units: 8_192,
        cache_bytes: 64 * 1024 * 1024,
        snapshot_every: SNAPSHOT_EVERY,
    };
    change(&mut options);
    Ok(Log::open(options).await?)
}

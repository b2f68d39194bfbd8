//! The Postgres that is measured: `DATABASE_URL`, or a private one that goes with the bench.

use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use server::dev::postgres::{PostgresOptions, PrivatePostgres};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::Outcome;

/// Memory and log size of a small production server; durability stays as it is everywhere.
const SETTINGS: [(&str, &str); 3] =
    [("shared_buffers", "4GB"), ("max_wal_size", "16GB"), ("checkpoint_timeout", "30min")];

/// Log files of 16 MB that are filled before anything is measured.
const LOG_FILES: usize = 160;

pub struct Cluster {
    url: String,
    /// Kept for as long as it is measured.
    _postgres: Option<PrivatePostgres>,
}

impl Cluster {
    pub async fn start() -> Outcome<Self> {
        if let Ok(url) = std::env::var("DATABASE_URL") {
            return Ok(Self { url, _postgres: None });
        }
        let settings = SETTINGS.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let postgres = PrivatePostgres::start(&PostgresOptions { settings, ..PostgresOptions::default() })?;
        let cluster = Self { url: postgres.url(), _postgres: Some(postgres) };
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
    pub async fn open_log(&self) -> Outcome<eventstore::Log> {
        let options = eventstore::LogOptions {
            database_url: self.url.clone(),
            keys_dir: self.keys.path().to_owned(),
            queue_units: 8_192,
            cache_bytes: 64 * 1024 * 1024,
        };
        Ok(eventstore::Log::open(options).await?)
    }
}

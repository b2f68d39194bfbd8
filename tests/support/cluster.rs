//! A Postgres of a test's own, which the test may kill.

use std::path::Path;
use std::process::Command;

use server::dev::Home;
use server::dev::postgres::{PostgresOptions, PrivatePostgres};
use sqlx::{AssertSqlSafe, Executor};
use tempfile::TempDir;

use crate::clock::Clock;
use crate::database;

pub struct Cluster {
    postgres: PrivatePostgres,
}

impl Cluster {
    pub fn start() -> Self {
        Self::start_in(Home::Ephemeral)
    }

    pub fn start_in(home: Home) -> Self {
        Self::start_with(PostgresOptions { home, ..PostgresOptions::default() })
    }

    /// One that goes by another clock than ours.
    pub fn start_by(clock: &Clock) -> Self {
        Self::start_with(PostgresOptions { variables: clock.variables(), ..PostgresOptions::default() })
    }

    fn start_with(options: PostgresOptions) -> Self {
        let settings = vec![("shared_buffers".into(), "32MB".into())];
        let options = PostgresOptions { settings, ..options };
        let postgres = PrivatePostgres::start(&options).expect("a private Postgres starts");
        Self { postgres }
    }

    pub fn port(&self) -> u16 {
        self.postgres.port()
    }

    /// A migrated database.
    pub async fn fresh(&self, name: &str) -> String {
        let mut admin = database::superuser(&self.postgres.url()).await;
        admin.execute(AssertSqlSafe(format!("create database {name}"))).await.expect("a database is made");
        let url = database::beside(&self.postgres.url(), name);
        eventstore::migrate::up(&url).await.expect("the database is migrated");
        url
    }

    /// SIGKILL to the server, and a start on what it left. Blocks.
    pub fn kill_and_start_again(&mut self) {
        let port = self.port();
        self.postgres.kill();
        self.postgres.start_again().expect("Postgres starts again");
        assert_eq!(self.port(), port, "the port is still free");
    }

    /// A copy of everything, taken while the server is away for a moment. Blocks.
    pub fn back_up(&mut self) -> TempDir {
        let backup = tempfile::tempdir().expect("a folder for a backup");
        self.postgres.kill();
        copy(self.postgres.data_dir(), backup.path());
        // It speaks of a process that is gone.
        std::fs::remove_file(backup.path().join("postmaster.pid")).expect("the pid file can be removed");
        self.postgres.start_again().expect("Postgres starts again");
        backup
    }

    /// Puts a copy in the place of what there is. Blocks.
    pub fn restore(&mut self, backup: &TempDir) {
        self.postgres.kill();
        let data = self.postgres.data_dir();
        std::fs::remove_dir_all(data).expect("the data can be removed");
        copy(backup.path(), data);
        self.postgres.start_again().expect("Postgres starts again");
    }
}

/// With owners and rights.
fn copy(from: &Path, to: &Path) {
    let (from, to) = (from.join("."), to.to_owned());
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("cp runs");
    assert!(copied.success(), "cp: {copied}");
}

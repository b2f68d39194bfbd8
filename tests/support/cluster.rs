//! A Postgres of a test's own, which the test may kill.

use server::dev::postgres::{PostgresOptions, PrivatePostgres};
use sqlx::{AssertSqlSafe, Executor};

use crate::database;

pub struct Cluster {
    postgres: PrivatePostgres,
}

impl Cluster {
    pub fn start() -> Self {
        let options = PostgresOptions {
            settings: vec![("shared_buffers".into(), "32MB".into())],
            ..PostgresOptions::default()
        };
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
}

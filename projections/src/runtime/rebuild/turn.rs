//! One process at a time makes, switches or drops tables of a read model.

use std::time::Duration;

use eventstore::database::{self, Role};
use sqlx::{Connection, PgConnection};
use tokio::time::{Instant, sleep};

use super::failed::RebuildFailed;

/// Longest wait for the turn: Postgres notices within moments that a killed process is gone.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Ends with its connection, however that ends.
pub struct Turn(PgConnection);

impl Turn {
    pub async fn take(database_url: &str, name: &'static str) -> Result<Self, RebuildFailed> {
        let mut connection = database::connect(database_url, Role::Projector).await?;
        let begun = Instant::now();
        loop {
            let sql = "select pg_try_advisory_lock(hashtext('airtide.rebuild'), hashtext($1))";
            let is_ours: bool = sqlx::query_scalar(sql).bind(name).fetch_one(&mut connection).await?;
            if is_ours {
                return Ok(Self(connection));
            }
            if begun.elapsed() >= PATIENCE {
                return Err(RebuildFailed::Busy(name));
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// For what needs no connection of its own. Never inside a transaction that may have to be undone.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    /// A connection that breaks gives it back, too.
    pub async fn give_back(self) {
        let _ = self.0.close().await;
    }
}

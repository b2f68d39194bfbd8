//! What is kept about people outside the log: credentials and sessions, which are inert until an event names them, the
//! devices that are trusted, and what limits count on all nodes together. Rows here change and go.

mod api_keys;
mod buckets;
mod cookies;
mod credentials;
mod devices;
mod erasing;
mod failures;
mod recovery_codes;
mod sessions;
mod signing_keys;

pub use api_keys::{KeyEnd, KeySecret, NewKeySecret, ShownSecret, UnnamedSecret};
pub use erasing::TakenName;
pub use failures::Failing;
pub use sessions::{Kept, Refreshed, Session, SessionRow, Unrecorded, Which};
pub use signing_keys::{SigningKeyRow, SigningKeyRows, Turn};

use std::time::Duration;

use eventstore::database::{self, Role, Unfit};
use sqlx::PgPool;

const CONNECTIONS: u32 = 4;
/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The tables of the role `identity`. Cheap to clone.
#[derive(Clone)]
pub struct KeptTables {
    pool: PgPool,
}

impl KeptTables {
    pub fn open(database_url: &str) -> Result<Self, Unfit> {
        Ok(Self { pool: database::pool(database_url, Role::Identity, CONNECTIONS)? })
    }

    /// Whose a name is.
    pub async fn owner_of(&self, kind: &'static str, key: &str) -> sqlx::Result<Option<String>> {
        let asking = sqlx::query_scalar("select owner from reservations where kind = $1 and key = $2")
            .bind(kind)
            .bind(key)
            .fetch_optional(&self.pool);
        in_time(asking).await
    }

    /// Whose names of a kind begin with a text, bounded in number.
    pub async fn owners_below(
        &self,
        kind: &'static str,
        beginning: &str,
        limit: i64,
    ) -> sqlx::Result<Vec<String>> {
        let asking = sqlx::query_scalar(
            "select owner from reservations where kind = $1 and starts_with(key, $2) order by key limit $3",
        )
        .bind(kind)
        .bind(beginning)
        .bind(limit)
        .fetch_all(&self.pool);
        in_time(asking).await
    }

    /// Whose ids come before one, of those who hold names of a kind.
    pub async fn owners_before(&self, kind: &'static str, id: &str, limit: i64) -> sqlx::Result<Vec<String>> {
        let asking = sqlx::query_scalar(
            "select owner from reservations where kind = $1 and owner < $2 order by owner limit $3",
        )
        .bind(kind)
        .bind(id)
        .bind(limit)
        .fetch_all(&self.pool);
        in_time(asking).await
    }

    /// Which of some names are taken.
    pub async fn taken(&self, kind: &'static str, keys: &[String]) -> sqlx::Result<Vec<String>> {
        let asking = sqlx::query_scalar("select key from reservations where kind = $1 and key = any($2)")
            .bind(kind)
            .bind(keys)
            .fetch_all(&self.pool);
        in_time(asking).await
    }

    /// Whether signing in could ask what it needs.
    pub async fn check(&self) -> sqlx::Result<()> {
        let asking = sqlx::query(
            "select from credentials, sessions, reservations, rate_limits, trusted_devices, api_keys, second_factors, recovery_codes where false",
        )
        .execute(&self.pool);
        in_time(asking).await.map(|_| ())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

async fn in_time<T>(asking: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

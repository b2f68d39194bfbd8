//! What signs access tokens: rows, sealed. What a key does at a time, its times say.

use std::sync::Arc;

use domain::identity::PLATFORM_TENANT;
use eventstore::keyring::wrapped::SIGNING_KEYS;
use eventstore::keyring::{Keyring, KeyringFault};
use eventstore::keys::Keys;
use jiff::Timestamp;
use sqlx::{Connection, PgConnection, PgTransaction};

use super::{KeptTables, in_time};
use crate::identity::signing::schedule::Times;

/// A row as it lies.
pub struct SigningKeyRow {
    pub times: Times,
    sealed: Vec<u8>,
}

/// The rows, and what opens them. Cheap to clone.
#[derive(Clone)]
pub struct SigningKeyRows {
    kept: KeptTables,
    keyring: Keyring,
}

/// The rows in the hands of one node, until it commits.
pub struct Turn<'a> {
    transaction: PgTransaction<'a>,
    pub now: Timestamp,
    pub keys: Vec<Times>,
}

impl SigningKeyRows {
    pub fn new(kept: KeptTables, keys: Arc<Keys>) -> Self {
        let keyring = Keyring::new(keys, kept.pool.clone());
        Self { kept, keyring }
    }

    pub async fn all(&self) -> sqlx::Result<Vec<SigningKeyRow>> {
        in_time(async { rows(&mut *self.kept.pool.acquire().await?).await }).await
    }

    /// The seed of a key.
    pub fn open(&self, row: &SigningKeyRow) -> Result<[u8; 32], KeyringFault> {
        let place = SIGNING_KEYS.place(PLATFORM_TENANT, &[&row.times.kid]);
        let seed = self.keyring.open(&place, &row.sealed)?;
        seed.try_into().map_err(|_| KeyringFault::Broken(place.to_string()))
    }

    pub async fn connection(&self) -> sqlx::Result<sqlx::pool::PoolConnection<sqlx::Postgres>> {
        in_time(self.kept.pool.acquire()).await
    }

    pub async fn put(&self, turn: &mut Turn<'_>, times: &Times, seed: &[u8; 32]) -> Result<(), KeyringFault> {
        let sealed = self.keyring.seal(&SIGNING_KEYS.place(PLATFORM_TENANT, &[&times.kid]), seed).await?;
        sqlx::query(
            "insert into signing_keys(tenant, kid, kek, sealed, published_at, signs_from)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(PLATFORM_TENANT)
        .bind(&times.kid)
        .bind(sealed.kek)
        .bind(sealed.bytes)
        .bind(jiff_sqlx::Timestamp::from(times.published_at))
        .bind(jiff_sqlx::Timestamp::from(times.signs_from))
        .execute(&mut *turn.transaction)
        .await?;
        Ok(())
    }
}

impl<'a> Turn<'a> {
    /// One node at a time, and by the clock of the database.
    pub async fn take(connection: &'a mut PgConnection) -> sqlx::Result<Self> {
        let mut transaction = connection.begin().await?;
        sqlx::query("select pg_advisory_xact_lock(hashtext('airtide.signing_keys'))")
            .execute(&mut *transaction)
            .await?;
        let now: jiff_sqlx::Timestamp =
            sqlx::query_scalar("select clock_timestamp()").fetch_one(&mut *transaction).await?;
        let keys = rows(&mut transaction).await?.into_iter().map(|row| row.times).collect();
        Ok(Self { transaction, now: now.to_jiff(), keys })
    }

    pub async fn bring_forward(&mut self, kid: &str, signs_from: Timestamp) -> sqlx::Result<()> {
        sqlx::query("update signing_keys set signs_from = $2 where kid = $1")
            .bind(kid)
            .bind(jiff_sqlx::Timestamp::from(signs_from))
            .execute(&mut *self.transaction)
            .await
            .map(drop)
    }

    pub async fn drop_one(&mut self, kid: &str) -> sqlx::Result<()> {
        sqlx::query("delete from signing_keys where kid = $1")
            .bind(kid)
            .execute(&mut *self.transaction)
            .await
            .map(drop)
    }

    pub async fn end(self) -> sqlx::Result<()> {
        self.transaction.commit().await
    }
}

async fn rows(connection: &mut PgConnection) -> sqlx::Result<Vec<SigningKeyRow>> {
    type Row = (String, Vec<u8>, jiff_sqlx::Timestamp, jiff_sqlx::Timestamp);
    let rows: Vec<Row> = sqlx::query_as(
        "select kid, sealed, published_at, signs_from from signing_keys where tenant = $1
         order by signs_from, kid",
    )
    .bind(PLATFORM_TENANT)
    .fetch_all(connection)
    .await?;
    let row = |(kid, sealed, published_at, signs_from): Row| {
        let times = Times { kid, published_at: published_at.to_jiff(), signs_from: signs_from.to_jiff() };
        SigningKeyRow { times, sealed }
    };
    Ok(rows.into_iter().map(row).collect())
}

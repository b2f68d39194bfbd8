//! Destroys keys, and has the ledger say so before.

use std::io;
use std::path::{Path, PathBuf};

use domain::identity::PLATFORM_TENANT;
use domain::personal::SubjectId;
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection};

use super::ledger::{self, Erasure, LedgerFault};
use crate::checkpoints::{BadKey, SigningKey};
use crate::database::{self, Role, Unfit};
use crate::fail_points::{FailPoint, pass};

#[derive(Debug, thiserror::Error)]
pub enum ShredFailed {
    #[error(transparent)]
    Ledger(#[from] LedgerFault),
    #[error(transparent)]
    Key(#[from] BadKey),
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the keys of people cannot be reached")]
    Database(#[from] sqlx::Error),
    #[error("the ledger was not written to its end")]
    Ended(#[source] io::Error),
}

/// The one way in which keys of subjects are destroyed.
pub struct Shredder {
    database_url: String,
    ledger: PathBuf,
    signing_seed: [u8; 32],
}

impl Shredder {
    pub fn new(database_url: &str, ledger: &Path, checkpoint_signing: &[u8; 32]) -> Self {
        Self {
            database_url: database_url.to_owned(),
            ledger: ledger.to_owned(),
            signing_seed: *checkpoint_signing,
        }
    }

    /// Destroys the keys of these for ever, and says how many there were. May be repeated. The ledger names them first:
    /// whoever finds a name there and a key alive knows what is left to do, and nobody is destroyed unnamed.
    pub async fn shred(&self, subjects: &[SubjectId], position: i64) -> Result<u64, ShredFailed> {
        self.note(subjects, position).await?;
        pass(FailPoint::AfterErasureLine);
        let destroyed = self.destroy(subjects).await?;
        pass(FailPoint::AfterShredding);
        Ok(destroyed)
    }

    /// Whether there ever was a key of a subject.
    pub async fn knows(&self, subject: &SubjectId) -> Result<bool, ShredFailed> {
        Ok(self.count("true", std::slice::from_ref(subject)).await? > 0)
    }

    /// How many of these have a key that was not destroyed.
    pub async fn alive(&self, subjects: &[SubjectId]) -> Result<i64, ShredFailed> {
        self.count("erased_at is null", subjects).await
    }

    /// How many of these had a key that was destroyed, now or before.
    pub async fn destroyed(&self, subjects: &[SubjectId]) -> Result<i64, ShredFailed> {
        self.count("erased_at is not null", subjects).await
    }

    async fn count(&self, which: &'static str, subjects: &[SubjectId]) -> Result<i64, ShredFailed> {
        let mut eraser = database::connect(&self.database_url, Role::Eraser).await?;
        let sql =
            format!("select count(*) from subject_keys where tenant = $1 and subject = any($2) and {which}");
        let count = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(PLATFORM_TENANT)
            .bind(names(subjects))
            .fetch_one(&mut eraser)
            .await?;
        eraser.close().await?;
        Ok(count)
    }

    async fn note(&self, subjects: &[SubjectId], position: i64) -> Result<(), ShredFailed> {
        let (path, key) = (self.ledger.clone(), SigningKey::new(&self.signing_seed)?);
        let erased_at = now();
        let of = |subject: &SubjectId| Erasure { subject: subject.clone(), erased_at, position };
        let erasures: Vec<Erasure> = subjects.iter().map(of).collect();
        let appended = tokio::task::spawn_blocking(move || ledger::append(&path, &key, &erasures)).await;
        Ok(appended.map_err(|error| ShredFailed::Ended(io::Error::other(error)))??)
    }

    async fn destroy(&self, subjects: &[SubjectId]) -> Result<u64, ShredFailed> {
        let mut eraser = database::connect(&self.database_url, Role::Eraser).await?;
        let destroyed = sqlx::query(
            "update subject_keys set wrapped = null, erased_at = clock_timestamp()
             where tenant = $1 and subject = any($2) and erased_at is null",
        )
        .bind(PLATFORM_TENANT)
        .bind(names(subjects))
        .execute(&mut eraser)
        .await?;
        eraser.close().await?;
        Ok(destroyed.rows_affected())
    }
}

fn names(subjects: &[SubjectId]) -> Vec<&str> {
    subjects.iter().map(|subject| subject.as_str()).collect()
}

/// Whole seconds are enough.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

//! Whether the keys that the ledger names are destroyed, and whether it names all that are.

use std::collections::HashSet;
use std::path::Path;

use domain::identity::PLATFORM_TENANT;
use domain::personal::SubjectId;
use sqlx::Connection;

use super::ledger;
use super::shred::ShredFailed;
use crate::check::Checked;
use crate::checkpoints::SigningKey;
use crate::database::{self, Role};

/// How the ledger and the keys stand to each other.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many the ledger names.
    pub named: usize,
    /// Named, and their keys are there: a backup from before was restored, or an erasure was cut short.
    pub alive: Vec<SubjectId>,
    /// Destroyed, and not named: this is not the ledger that was written then.
    pub unnamed: Vec<SubjectId>,
}

pub async fn standing(
    database_url: &str,
    file: &Path,
    checkpoint_signing: &[u8; 32],
) -> Result<Standing, ShredFailed> {
    let named = ledger::read(file, &SigningKey::new(checkpoint_signing)?.verifying())?;
    let named: HashSet<SubjectId> = named.into_iter().map(|erasure| erasure.subject).collect();
    let names: Vec<&str> = named.iter().map(|subject| subject.as_str()).collect();
    let mut eraser = database::connect(database_url, Role::Eraser).await?;
    let alive = sqlx::query_scalar(
        "select subject from subject_keys where tenant = $1 and subject = any($2) and erased_at is null order by 1",
    )
    .bind(PLATFORM_TENANT)
    .bind(&names)
    .fetch_all(&mut eraser)
    .await?;
    let unnamed = sqlx::query_scalar(
        "select subject from subject_keys
         where tenant = $1 and erased_at is not null and subject <> all($2) order by 1",
    )
    .bind(PLATFORM_TENANT)
    .bind(&names)
    .fetch_all(&mut eraser)
    .await?;
    eraser.close().await?;
    Ok(Standing { named: named.len(), alive: ids(alive)?, unnamed: ids(unnamed)? })
}

/// The same as a check of what must always be so.
pub async fn check(
    database_url: &str,
    file: &Path,
    checkpoint_signing: &[u8; 32],
) -> Result<Checked, ShredFailed> {
    let Standing { named, alive, .. } = standing(database_url, file, checkpoint_signing).await?;
    let told = alive.iter().map(|subject| format!("{subject} was erased, and their key is there"));
    Ok(Checked::new("whoever was erased has no key", named as i64, told.collect()))
}

fn ids(names: Vec<String>) -> sqlx::Result<Vec<SubjectId>> {
    let id = |name: String| SubjectId::new(name).map_err(|error| sqlx::Error::Decode(error.into()));
    names.into_iter().map(id).collect()
}

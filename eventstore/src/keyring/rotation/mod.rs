//! Another key takes over from the one that wraps, step by step and while everything is served: it is added and known,
//! every node gets its file, it is put in use, everything is wrapped anew, and the old one is retired.

mod rewrap;

use std::path::{Path, PathBuf};

use serde::Serialize;
use sqlx::{Connection, PgConnection, PgTransaction};

use super::counts::{self, Counted};
use super::state::{self, KeyState, WrappingKeyRow};
use super::{KeyringFault, wrapping_name};
use crate::database::{self, Role, Unfit};
use crate::keys::{KeyFault, WrappingKeys, make_one, mark_of, path_of};

pub use rewrap::Rewrapped;

#[derive(Debug, thiserror::Error)]
pub enum RotationFailed {
    #[error("there is no key {0}: `airtide keys list` shows those that there are")]
    Unknown(u32),
    #[error("the key {0} is added already and waits to be put in use")]
    Waits(u32),
    #[error("the key {0} is retired")]
    Retired(u32),
    #[error("the key {0} wraps at present: put another in use first")]
    Wraps(u32),
    #[error("there are values under the key {number} still: {counted}; `airtide keys rewrap` first")]
    Needed { number: u32, counted: String },
    #[error(transparent)]
    Key(#[from] KeyFault),
    #[error(transparent)]
    Keyring(#[from] KeyringFault),
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
}

impl RotationFailed {
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether what is there does not allow it, as things are.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Waits(_) | Self::Retired(_) | Self::Wraps(_) | Self::Needed { .. })
    }
}

/// One key of the list, as this machine sees it.
#[derive(Debug, Serialize)]
pub struct Listed {
    #[serde(flatten)]
    pub key: WrappingKeyRow,
    /// Whether its file is in the folder.
    pub is_here: bool,
    /// Values that it wraps, by table.
    pub values: Vec<Counted>,
}

pub struct Rotation {
    connection: PgConnection,
    keys: WrappingKeys,
    folder: PathBuf,
}

impl Rotation {
    pub async fn open(database_url: &str, folder: &Path) -> Result<Self, RotationFailed> {
        let connection = database::connect(database_url, Role::KeyKeeper).await?;
        Ok(Self { connection, keys: WrappingKeys::of(folder), folder: folder.to_owned() })
    }

    pub async fn list(&mut self) -> Result<Vec<Listed>, RotationFailed> {
        let counted = counts::count(&mut self.connection).await?;
        let listed = |key: WrappingKeyRow| Listed {
            is_here: self.keys.get(key.number).is_ok(),
            values: counted.iter().filter(|each| each.number == key.number).cloned().collect(),
            key,
        };
        Ok(state::all(&mut self.connection).await?.into_iter().map(listed).collect())
    }

    /// Makes the next key in this folder. It is only known: nothing is wrapped by it yet.
    pub async fn add(&mut self) -> Result<(u32, PathBuf), RotationFailed> {
        let mut transaction = alone(&mut self.connection).await?;
        let all = state::all(&mut transaction).await?;
        if let Some(waiting) = all.iter().find(|key| key.state == KeyState::Known) {
            return Err(RotationFailed::Waits(waiting.number));
        }
        let number = all.last().map_or(1, |last| last.number + 1);
        let name = wrapping_name(number);
        let key = make_one(&self.folder, &name)?;
        sqlx::query("insert into key_marks(name, mark) values ($1, $2)")
            .bind(&name)
            .bind(mark_of(&name, &key))
            .execute(&mut *transaction)
            .await?;
        sqlx::query("insert into wrapping_keys(number) values ($1)")
            .bind(number.cast_signed())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok((number, path_of(&self.folder, &name)))
    }

    /// From here on a key wraps, on every node. Whoever has not got its file yet cannot read what it wraps.
    pub async fn put_in_use(&mut self, number: u32) -> Result<(), RotationFailed> {
        self.keys.get(number)?;
        let mut transaction = alone(&mut self.connection).await?;
        if found(&mut transaction, number).await?.state == KeyState::Retired {
            return Err(RotationFailed::Retired(number));
        }
        sqlx::query("update wrapping_keys set used_from = now() where number = $1 and used_from is null")
            .bind(number.cast_signed())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// A key goes out of the list once it wraps nothing. Whoever is about to wrap with it finds it retired.
    pub async fn retire(&mut self, number: u32) -> Result<(), RotationFailed> {
        let mut transaction = alone(&mut self.connection).await?;
        match found(&mut transaction, number).await?.state {
            KeyState::Wraps => return Err(RotationFailed::Wraps(number)),
            KeyState::Retired => return Ok(()),
            KeyState::Known | KeyState::Opens => {}
        }
        let counted = counts::count(&mut transaction).await?;
        let left: Vec<String> =
            counted.iter().filter(|each| each.number == number).map(Counted::to_string).collect();
        if !left.is_empty() {
            return Err(RotationFailed::Needed { number, counted: left.join(", ") });
        }
        sqlx::query("update wrapping_keys set retired_at = now() where number = $1")
            .bind(number.cast_signed())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}

/// Waits for everybody who seals at this moment, and holds up whoever comes: for as long as counting takes.
async fn alone(connection: &mut PgConnection) -> sqlx::Result<PgTransaction<'_>> {
    let mut transaction = connection.begin().await?;
    sqlx::query("select pg_advisory_xact_lock(hashtext('airtide.wrapping_keys'))")
        .execute(&mut *transaction)
        .await?;
    Ok(transaction)
}

async fn found(connection: &mut PgConnection, number: u32) -> Result<WrappingKeyRow, RotationFailed> {
    let all = state::all(connection).await?;
    all.into_iter().find(|key| key.number == number).ok_or(RotationFailed::Unknown(number))
}

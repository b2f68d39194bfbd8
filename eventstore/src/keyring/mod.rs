//! The envelope of every secret in the database: sealed under a key of the folder and bound to its place. The newest key
//! that is in use seals, and every key that is at hand opens; a sealed value says which one sealed it.

pub mod counts;
mod earlier;
mod envelope;
mod place;
pub mod rotation;
pub(crate) mod state;
pub mod wrapped;

use std::sync::Arc;

use sqlx::PgPool;

pub use place::Place;
pub use state::{KeyState, WrappingKeyRow};

use crate::keys::{KeyFault, Keys, WrappingKeys, wrapping_name};
use crate::load::in_time;

#[derive(Debug, thiserror::Error)]
pub enum KeyringFault {
    #[error("a key that wraps is not in order")]
    Key(#[from] KeyFault),
    #[error("what is sealed at {0} does not open")]
    Broken(String),
    #[error("no randomness, or no cipher")]
    NoCipher,
    #[error("the list of keys cannot be reached")]
    Database(#[from] sqlx::Error),
}

/// A sealed value, and the name of the key that sealed it: both go into the row.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    pub kek: String,
    pub bytes: Vec<u8>,
}

/// Seals for the rows of one role and opens them. Cheap to clone.
#[derive(Clone)]
pub struct Keyring {
    keys: Arc<Keys>,
    pool: PgPool,
}

impl Keyring {
    pub fn new(keys: Arc<Keys>, pool: PgPool) -> Self {
        Self { keys, pool }
    }

    /// Seals under the key that is in use at this moment, whichever node asks.
    pub async fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Sealed, KeyringFault> {
        let in_use = in_time(state::in_use(&self.pool)).await?;
        self.keys.wrapping.expect_mark(in_use.number, in_use.mark.as_deref())?;
        seal(&self.keys.wrapping, in_use.number, place, plain)
    }

    /// What was sealed for this place, under whichever key.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, KeyringFault> {
        open(&self.keys.wrapping, place, sealed)
    }
}

/// Seals under a key that the caller has chosen.
pub(crate) fn seal(
    keys: &WrappingKeys,
    number: u32,
    place: &Place<'_>,
    plain: &[u8],
) -> Result<Sealed, KeyringFault> {
    let key = keys.get(number)?;
    let bytes = envelope::seal(&key, number, place, plain).ok_or(KeyringFault::NoCipher)?;
    Ok(Sealed { kek: wrapping_name(number), bytes })
}

pub(crate) fn open(keys: &WrappingKeys, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, KeyringFault> {
    let opened = match envelope::sealed_by(sealed) {
        Some(number) => envelope::open(&*keys.get(number)?, place, sealed),
        None => earlier::open(&*keys.get(earlier::NUMBER)?, place, sealed),
    };
    opened.ok_or_else(|| KeyringFault::Broken(place.to_string()))
}

#[cfg(test)]
mod tests;

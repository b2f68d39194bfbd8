//! Another key is published, on one node at a time, and what is retired goes.

use aws_lc_rs::rand::fill;
use eventstore::keyring::KeyringFault;
use eventstore::operations::RecordFailed;
use jiff::Timestamp;

use super::schedule::{Decision, State, Times, Wanted, decide, state};
use crate::access::{TokenFault, kid_of};
use crate::identity::kept::{SigningKeyRows, Turn};

#[derive(Debug, thiserror::Error)]
pub enum SigningFault {
    #[error("the keys that sign tokens cannot be read or written")]
    Database(#[from] sqlx::Error),
    #[error("a key that signs tokens cannot be sealed or opened")]
    Keyring(#[from] KeyringFault),
    #[error(transparent)]
    Token(#[from] TokenFault),
    #[error(transparent)]
    Record(#[from] RecordFailed),
    #[error("no key can be drawn")]
    NoRandomness,
}

/// A key that takes over at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakesOver {
    pub kid: String,
    pub signs_from: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotated {
    TakesOver(TakesOver),
    /// One that was published before takes over by then anyway.
    Waits(Timestamp),
    Nothing,
}

/// The first key is the one that the folder has signed with since before there were rows.
pub async fn begin(rows: &SigningKeyRows, seed: &[u8; 32]) -> Result<(), SigningFault> {
    let mut connection = rows.connection().await?;
    let mut turn = Turn::take(&mut connection).await?;
    if turn.keys.is_empty() {
        let signs_from = Timestamp::UNIX_EPOCH;
        let first = Times { kid: kid_of(seed)?, published_at: turn.now, signs_from };
        rows.put(&mut turn, &first, seed).await?;
    }
    Ok(turn.end().await?)
}

/// Publishes the next key if it is wanted now. It `begins` with what stands in the log, and nothing is changed without.
pub async fn rotate(
    rows: &SigningKeyRows,
    wanted: Wanted,
    begins: impl AsyncFnOnce(&TakesOver) -> Result<(), SigningFault>,
) -> Result<Rotated, SigningFault> {
    let mut connection = rows.connection().await?;
    let mut turn = Turn::take(&mut connection).await?;
    let (now, keys) = (turn.now, turn.keys.clone());
    for retired in keys.iter().filter(|key| state(&keys, key, now) == State::Retired) {
        turn.drop_one(&retired.kid).await?;
    }
    let rotated = match decide(&keys, wanted, now) {
        Decision::Publish { signs_from } => {
            let mut seed = [0; 32];
            fill(&mut seed).map_err(|_| SigningFault::NoRandomness)?;
            let kid = kid_of(&seed)?;
            let next = TakesOver { kid, signs_from };
            begins(&next).await?;
            let times = Times { kid: next.kid.clone(), published_at: now, signs_from };
            rows.put(&mut turn, &times, &seed).await?;
            Rotated::TakesOver(next)
        }
        Decision::BringForward { kid, signs_from } => {
            let next = TakesOver { kid, signs_from };
            begins(&next).await?;
            turn.bring_forward(&next.kid, signs_from).await?;
            Rotated::TakesOver(next)
        }
        Decision::Waits { signs_from } => Rotated::Waits(signs_from),
        Decision::Nothing => Rotated::Nothing,
    };
    turn.end().await?;
    Ok(rotated)
}

//! The keys that sign access tokens: each node knows the rows within seconds, and one of them publishes the next key when the
//! present one is old enough.

mod rotate;
pub mod schedule;

use std::sync::Arc;
use std::time::Duration;

use domain::operations::operation::{Act, Outcome};
use eventstore::chain_of;
use eventstore::operations::{self, Came, Operations};
use tokio::task::JoinHandle;

pub use rotate::{Rotated, SigningFault, TakesOver, begin, rotate};
use schedule::{KNOWN_WITHIN, Wanted};

use super::kept::SigningKeyRows;
use super::tokens::Tokens;

const LOOK_EVERY: Duration = Duration::from_secs(2);
const _: () = assert!(LOOK_EVERY.as_secs() < KNOWN_WITHIN.as_secs());
/// Looks between two questions whether another key is due.
const LOOKS: u32 = 30;
const BECAUSE_OF_AGE: &str = "the key has signed for as long as one is to sign";

/// As whom events name what happens by age.
pub const ACTOR: &str = "signing-keys";

/// Keeps a node's keys in step with the rows; ends when dropped.
pub struct SigningKeys(JoinHandle<()>);

impl SigningKeys {
    /// Knows the keys when it returns. The seed is the folder's, which signs until another takes over.
    pub async fn start(
        rows: SigningKeyRows,
        seed: &[u8; 32],
        age: Duration,
        tokens: Arc<Tokens>,
        operations: Operations,
    ) -> Result<Self, SigningFault> {
        rotate::begin(&rows, seed).await?;
        learn(&rows, &tokens).await?;
        Ok(Self(tokio::spawn(async move {
            for look in 0_u32.. {
                if look.is_multiple_of(LOOKS) {
                    told(rotate_by_age(&rows, age, &operations).await);
                }
                tokio::time::sleep(LOOK_EVERY).await;
                told(learn(&rows, &tokens).await);
            }
        })))
    }
}

impl Drop for SigningKeys {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn told(outcome: Result<(), SigningFault>) {
    if let Err(fault) = outcome {
        tracing::warn!(error = chain_of(&fault), "the keys that sign tokens stay as they are known");
    }
}

async fn learn(rows: &SigningKeyRows, tokens: &Tokens) -> Result<(), SigningFault> {
    let all = rows.all().await?;
    tokens.learn(all.iter().map(|row| (&row.times, || rows.open(row))))
}

async fn rotate_by_age(
    rows: &SigningKeyRows,
    age: Duration,
    operations: &Operations,
) -> Result<(), SigningFault> {
    let id = operations::new_id()?;
    let begun = async |next: &TakesOver| {
        let begun = operations.begin(&id, Act::RotateSigningKey, next.kid.as_str(), BECAUSE_OF_AGE).await;
        Ok(begun.map(drop)?)
    };
    if let Rotated::TakesOver(next) = rotate(rows, Wanted::ByAge(age), begun).await? {
        let detail = format!("signs from {}", next.signs_from);
        operations.end(&id, Came { outcome: Outcome::Done, count: 1, detail }).await?;
    }
    Ok(())
}

/// For whoever writes down the beginning elsewhere.
pub async fn is_written_down(_: &TakesOver) -> Result<(), SigningFault> {
    Ok(())
}

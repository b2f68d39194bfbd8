//! Erasing people: a key is destroyed, and with it everything that was sealed under it, wherever that lies.
//!
//! A ledger outside the database says whose keys were destroyed, so that a backup from before cannot bring anybody back
//! unseen. What has to end besides a key is a matter of whoever erases; see `docs/decisions/0028-erasing-a-person.md`.

mod ledger;
mod notice;
mod proof;
mod shred;
mod standing;
mod texts;

pub use ledger::{Erasure, FILE_NAME, LedgerFault};
pub(crate) use notice::notice;
pub use proof::{Place, ProofFailed, search};
pub use shred::{ShredFailed, Shredder};
pub use standing::{Standing, check, standing};
pub use texts::{forget_failures, forget_failures_of};

use std::path::{Path, PathBuf};

/// Where the ledger lies: beside the checkpoints.
pub fn file_beside(checkpoints: &Path) -> PathBuf {
    checkpoints.with_file_name(FILE_NAME)
}

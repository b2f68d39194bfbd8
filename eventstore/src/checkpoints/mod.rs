//! Signed checkpoints: what the log had come to at a moment, in a file outside the database.
//!
//! Whoever may write the database may recompute every hash in it, and no signature. So checkpoints tell a log that was
//! cut off, or written anew, from the one that was.

mod compare;
mod compared;
pub(crate) mod file;
mod history;
mod line;
mod signer;

pub use compare::{CompareFailed, compare};
pub use compared::{Compared, Violation};
pub use file::FILE_NAME;
pub use line::{BadKey, Checkpoint, SigningKey, Unsigned, VerifyingKey};
pub use signer::{RunningSigner, SIGN_EVERY, Signer, SignerOptions};

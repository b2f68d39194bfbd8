//! What commands are decided on: streams, and whether a command was carried out before.
//!
//! Questions are asked in batches: whatever was asked while the last answer was on its way goes out together. At
//! many clients one round trip serves dozens of them, and Postgres has a core left for appends.

mod batcher;
mod commands;
mod moved;
mod streams;

use std::time::Duration;

pub(crate) use batcher::{Batcher, LoadError};
pub(crate) use commands::{CommandFound, CommandLookUp};
pub(crate) use moved::{IsMoved, LastEvent, Remembered};
pub(crate) use streams::{FirstPage, LoadStream, NextPage, StreamPage, StreamPages};

/// Longest wait for an answer, beyond every timeout that Postgres keeps itself.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(8);

/// Asking writes nothing, so nobody has to wait for a connection that stands still.
pub(crate) async fn in_time<T>(asking: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(ANSWER_TIMEOUT, asking).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

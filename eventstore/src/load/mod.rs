//! What commands are decided on: streams, and whether a command was carried out before.
//!
//! Questions are asked in batches: whatever was asked while the last answer was on its way goes out together. At
//! many clients one round trip serves dozens of them, and Postgres has a core left for appends.

mod batcher;
mod commands;
mod moved;
mod streams;

pub(crate) use batcher::{Batcher, LoadError};
pub(crate) use commands::{CommandFound, CommandLookUp};
pub(crate) use moved::{IsMoved, LastEvent};
pub(crate) use streams::{FirstPage, LoadStream, NextPage, StreamPage, StreamPages};

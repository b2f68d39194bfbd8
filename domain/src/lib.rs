//! Pure decisions: what may happen, and what it means. No I/O, no clock, no randomness, no HTTP, no SQL.
//!
//! Each context is a folder; each aggregate in it is a folder of the same five files. Ids and times arrive
//! inside commands, so that every decision can be made again and comes out the same.

pub mod bases;
pub mod id;
pub mod identity;
pub mod operations;
pub mod personal;
pub mod refusal;
pub mod secret;
pub mod stored;

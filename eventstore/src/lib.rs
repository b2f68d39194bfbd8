//! The spine: commands in, events out, in one order that never changes.

pub mod airtable_contacts;
pub mod airtable_secrets;
pub mod alarms;
pub mod append;
pub mod attachment_links;
pub mod backoff;
pub mod broker;
pub mod catalog;
pub mod chain;
pub mod check;
pub mod checkpoints;
pub mod database;
pub mod doctor;
pub mod erasure;
pub mod event;
pub mod execute;
pub mod fail_points;
pub mod fingerprint;
pub mod follow;
pub mod incarnation;
pub mod inspect;
pub mod keyring;
pub mod keys;
mod lanes;
pub mod limits;
mod load;
pub mod log;
pub mod mailed_links;
pub mod metrics;
pub mod migrate;
pub mod opened;
pub mod operations;
pub mod partitions;
pub mod payload;
pub mod read;
pub mod relay;
pub mod seal;
pub mod second_factors;
mod snapshot;
pub mod transfer;
pub mod verify;
pub mod webhook_secrets;
pub mod work;

pub use log::{Log, LogOptions, OpenFailed};
pub use snapshot::EVERY as SNAPSHOT_EVERY;

/// An error with everything it came from, for one log line.
pub fn chain_of(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

//! The log as files, for whoever has no shell on the machine: made by a job, fetched file by file, and deleted.
//!
//! Events and what lies beside them, never secrets: these travel by the command line alone, sealed, on another way.
//! Bringing a log in is for the command line, too: it needs an empty database that no process serves.

pub mod begin;
pub mod delete;
pub mod files;

use eventstore::chain_of;
use eventstore::transfer::KeptExports;

use crate::Api;
use crate::http::Problem;

fn kept(api: &Api) -> KeptExports {
    KeptExports::at(api.ops.places.exports.clone())
}

/// Files are looked at where that holds up nobody else.
async fn at_rest<T: Send + 'static>(look: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(look).await.map_err(|error| unusable(&error))
}

fn unusable(fault: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::error!(error = chain_of(fault), "the folder of exports cannot be used");
    Problem::internal()
}

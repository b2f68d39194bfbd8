//! Waiting for the read model of records.

use std::time::Duration;

use projections::bases::records::Records;
use projections::runtime::ReadModel;

use super::RecordsFault;
use crate::Api;
use crate::http::Problem;

/// Longest wait; it holds no connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Waits until records are read as the log has them now.
pub async fn reaches_now(api: &Api) -> Result<(), RecordsFault> {
    Ok(api.caught_up_now(Records::NAME).await?)
}

/// Waits until records are read as they were at a position.
pub async fn reaches(api: &Api, position: i64) -> Result<(), RecordsFault> {
    let waiting = api.progress.wait_for(Records::NAME, position, PATIENCE);
    waiting.await.map_err(|error| {
        tracing::warn!(error = eventstore::chain_of(&error), "records are read as they were before");
        let detail = "What you wrote is safe, and not to be read here yet. Please try again.";
        Problem::unavailable_because("not_caught_up", detail).into()
    })
}

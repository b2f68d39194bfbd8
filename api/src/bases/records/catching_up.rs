//! Waiting for the read model of records.

use std::time::Duration;

use eventstore::follow::Head;
use projections::bases::records::Records;
use projections::runtime::ReadModel;

use super::RecordsFault;
use crate::Api;
use crate::http::Problem;

/// Longest wait; it holds no connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether they are read as they were there, as far as this process knows.
pub fn is_at(api: &Api, head: Head) -> bool {
    api.progress.of(Records::NAME).is_some_and(|reached| {
        let reached = *reached.borrow();
        reached.incarnation == head.incarnation && reached.position >= head.position
    })
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

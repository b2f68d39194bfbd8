//! Reading what was just written: a read waits until its own read model has come as far as the caller asks for.

use std::time::Duration;

use projections::WaitError;

use crate::Api;
use crate::http::{PositionToken, Problem, ahead};

/// Longest wait; it holds no connection.
const PATIENCE: Duration = Duration::from_secs(5);

impl Api {
    /// Waits until a read model has all that is in the log now. What this process has heard of the log may lie behind what it wrote itself.
    pub async fn caught_up_now(&self, read_model: &str) -> Result<(), Problem> {
        let end = self.source.reader().end().await?;
        self.caught_up(read_model, Some(PositionToken::from(end))).await
    }

    /// Waits for one read model, and for no other.
    pub async fn caught_up(&self, read_model: &str, wanted: Option<PositionToken>) -> Result<(), Problem> {
        let Some(wanted) = wanted else {
            return Ok(());
        };
        wanted.check_history(self.progress.head())?;
        self.progress.wait_for(read_model, wanted.position, PATIENCE).await.map_err(|error| match error {
            WaitError::TimedOut => {
                let detail = "What you wrote is safe, and not to be read here yet. Please try again.";
                Problem::unavailable_because("not_caught_up", detail)
            }
            WaitError::Beyond { .. } => ahead("wait_for"),
            error => unreadable(&error),
        })
    }
}

/// What could not be read at this moment, told once and here.
pub fn unreadable(error: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::warn!(error = eventstore::chain_of(error), "a read found the database unavailable");
    Problem::unavailable()
}

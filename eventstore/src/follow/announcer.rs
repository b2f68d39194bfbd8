//! Tells the other nodes what this one wrote: at once, and under load at a bounded pace. An announcement that is lost
//! with its node costs the others a second, until they ask by themselves.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Head;
use crate::read::Reader;

/// About as close as the pages of the tail, which are what an announcement leads to.
const PACE: Duration = Duration::from_millis(5);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(200);

/// Ends when the writer does.
pub(super) async fn announce(reader: Reader, mut own: watch::Receiver<Head>) {
    while own.changed().await.is_ok() {
        let written = *own.borrow_and_update();
        let announced = timeout(ANSWER_TIMEOUT, reader.announce(written)).await;
        if let Err(error) = announced.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
            tracing::debug!(%error, "what was written could not be announced");
            own.mark_changed();
            sleep(PAUSE).await;
        }
        sleep(PACE).await;
    }
}

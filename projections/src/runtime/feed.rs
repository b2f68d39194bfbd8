//! Reads ahead: while one page is written, the next is on its way.

use eventstore::backoff::Backoff;
use eventstore::follow::{Cursor, EventPage, FollowFault};
use eventstore::limits::PAGE_EVENTS_MAX;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Pages that are read before they are asked for, besides the one at hand: as many as come while a writer rests.
const PAGES_AHEAD: usize = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

pub struct Feed {
    pages: mpsc::Receiver<Result<EventPage, FollowFault>>,
    reading: JoinHandle<()>,
    /// What came after a page that had no room for it.
    held: Option<Result<EventPage, FollowFault>>,
}

impl Feed {
    pub fn start(cursor: Cursor) -> Self {
        let (sender, pages) = mpsc::channel(PAGES_AHEAD);
        Self { pages, reading: tokio::spawn(read(cursor, sender)), held: None }
    }

    /// Everything that has been read by now, at least a page, at most about as much as one page may hold. May be
    /// cancelled at any time.
    pub async fn next(&mut self) -> Result<EventPage, FollowFault> {
        let first = match self.held.take() {
            Some(held) => held,
            None => self.pages.recv().await.unwrap_or(Err(FollowFault::Closed)),
        };
        let mut page = first?;
        while let Ok(next) = self.pages.try_recv() {
            match next {
                Ok(next) if page.events.len() + next.events.len() <= PAGE_EVENTS_MAX => {
                    page.up_to = next.up_to;
                    page.events.extend(next.events);
                }
                next => {
                    self.held = Some(next);
                    break;
                }
            }
        }
        Ok(page)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// A database that is away is waited for; any other fault ends the feed.
async fn read(mut cursor: Cursor, pages: mpsc::Sender<Result<EventPage, FollowFault>>) {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        match cursor.next_page().await {
            Err(FollowFault::Database(error)) => {
                tracing::debug!(%error, "the log cannot be read; trying again");
                backoff.pause().await;
            }
            outcome => {
                backoff.reset();
                let is_end = outcome.is_err();
                if pages.send(outcome).await.is_err() || is_end {
                    return;
                }
            }
        }
    }
}

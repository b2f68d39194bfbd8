//! The live end of the log, read once per process and handed to everybody who follows it: from the broker, when that has
//! it at hand, else from Postgres.
//!
//! A subscriber that is too slow learns that it lagged and goes on from Postgres; it never holds up the others. While
//! nobody is subscribed nothing is read.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::Head;
use super::incoming::Incoming;
use super::page::{Bounds, EventPage};
use crate::backoff::Backoff;
use crate::metrics::Metrics;
use crate::read::Reader;

/// Pages that a subscriber may be behind.
const PAGES_KEPT: usize = 256;
const BOUNDS: Bounds = Bounds { events: 1_000, bytes: 512 * 1024 };
/// Under load pages come no closer than the processors can do what they lead to, which is this much work for each
/// subscriber; and neither closer than the shortest pace nor further apart than the longest.
const WORK_OF_A_PAGE: Duration = Duration::from_micros(700);
const SHORTEST_PACE: Duration = Duration::from_millis(2);
const LONGEST_PACE: Duration = Duration::from_millis(10);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What a subscriber gets.
#[derive(Debug, Clone)]
pub enum Live {
    Page(Arc<EventPage>),
    /// The log has begun another incarnation and ends here now.
    Reset(Head),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TailFault {
    /// Pages were dropped. What was missed lies in Postgres, up to [`Subscription::after`].
    #[error("the subscriber is too slow for the log's live end")]
    Lagged,
    #[error("the log is closed")]
    Closed,
}

/// The live end of the log. Cheap to clone.
#[derive(Clone)]
pub struct Tail {
    /// Weak, so that subscribers see the end when the log is closed.
    live: broadcast::WeakSender<Live>,
    head: watch::Receiver<Head>,
    incoming: Incoming,
}

/// Everything after a position, as it comes.
pub struct Subscription {
    live: broadcast::Receiver<Live>,
    head: watch::Receiver<Head>,
    after: i64,
}

impl Tail {
    pub(super) fn start(
        reader: Reader,
        incoming: Incoming,
        head: watch::Receiver<Head>,
        metrics: Arc<Metrics>,
    ) -> (Self, JoinHandle<()>) {
        let (live, _) = broadcast::channel(PAGES_KEPT);
        let tail = Self { live: live.downgrade(), head: head.clone(), incoming: incoming.clone() };
        let Head { incarnation, position } = *head.borrow();
        let processors = available_parallelism().map_or(1, |processors| processors.get() as u32);
        let task = Task { reader, incoming, head, live, incarnation, position, metrics, processors };
        (tail, tokio::spawn(task.run()))
    }

    pub(super) fn reads_from_broker(&self) -> bool {
        self.incoming.is_used()
    }

    /// Follows the log from its present end, which is [`Subscription::after`].
    pub fn subscribe(&self) -> Subscription {
        let live = match self.live.upgrade() {
            Some(live) => live.subscribe(),
            None => broadcast::channel(1).1,
        };
        // The order counts: whatever the tail leaves out for want of a subscriber is below this head.
        let after = self.head.borrow().position;
        Subscription { live, head: self.head.clone(), after }
    }
}

impl Subscription {
    /// Everything after this position comes live; what lies before is in Postgres.
    pub fn after(&self) -> i64 {
        self.after
    }

    /// The next page. It may begin before [`Self::after`]. May be cancelled at any time.
    pub async fn next(&mut self) -> Result<Live, TailFault> {
        match self.live.recv().await {
            Ok(live) => Ok(live),
            Err(RecvError::Closed) => Err(TailFault::Closed),
            Err(RecvError::Lagged(_)) => {
                self.live = self.live.resubscribe();
                self.after = self.head.borrow().position;
                Err(TailFault::Lagged)
            }
        }
    }
}

struct Task {
    reader: Reader,
    incoming: Incoming,
    head: watch::Receiver<Head>,
    live: broadcast::Sender<Live>,
    incarnation: Uuid,
    position: i64,
    metrics: Arc<Metrics>,
    processors: u32,
}

impl Task {
    async fn run(mut self) {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        while let Some(head) = self.moved_head().await {
            let begun = Instant::now();
            if head.incarnation != self.incarnation {
                self.begin_again(head);
            } else if self.live.receiver_count() == 0 {
                self.position = head.position;
            } else if let Err(fault) = self.hand_on(head).await {
                tracing::warn!(
                    error = crate::chain_of(&fault),
                    "the live end of the log cannot be read; trying again"
                );
                backoff.pause().await;
                continue;
            } else {
                sleep_until(begun + self.pace()).await;
            }
            backoff.reset();
        }
    }

    /// Waits for something new; nothing when the log is closed.
    async fn moved_head(&mut self) -> Option<Head> {
        let (incarnation, position) = (self.incarnation, self.position);
        let is_new = |head: &Head| head.incarnation != incarnation || head.position > position;
        self.head.wait_for(is_new).await.ok().map(|head| *head)
    }

    fn pace(&self) -> Duration {
        let subscribers = u32::try_from(self.live.receiver_count()).unwrap_or(u32::MAX);
        let pace = WORK_OF_A_PAGE.saturating_mul(subscribers) / self.processors;
        pace.clamp(SHORTEST_PACE, LONGEST_PACE)
    }

    fn begin_again(&mut self, head: Head) {
        self.incarnation = head.incarnation;
        self.position = head.position;
        // Nobody subscribed: nobody has to know.
        let _ = self.live.send(Live::Reset(head));
    }

    async fn hand_on(&mut self, head: Head) -> Result<(), super::FollowFault> {
        let page = match self.incoming.page(head, self.position, BOUNDS).await {
            Some(page) => {
                self.metrics.pages_from_broker.inc();
                page
            }
            None => {
                self.metrics.pages_from_database.inc();
                self.reader.page(head, self.position, BOUNDS).await?
            }
        };
        self.position = page.up_to;
        let _ = self.live.send(Live::Page(Arc::new(page)));
        Ok(())
    }
}

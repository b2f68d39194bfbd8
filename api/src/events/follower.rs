//! One client's place in the log, moved on page by page: what it missed comes from the past, in turns with others who
//! catch up, and the rest from the live end that all share.
//!
//! The live end is subscribed to before the past is read, so nothing falls between them; what comes twice is dropped
//! by its position.

use std::sync::Arc;
use std::time::Duration;

use domain::identity::Membership;
use eventstore::backoff::Backoff;
use eventstore::event::StreamId;
use eventstore::execute::Executor;
use eventstore::follow::{Bounds, EventPage, EventSource, Head, Live, Subscription, TailFault};
use eventstore::read::{Start, StateAt};
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::past::{Ask, Past};
use super::viewer::Viewer;
use crate::access::Principal;

/// Clients that read the past at the same time.
const CATCHING_UP_MAX: usize = 8;
const PAGE: Bounds = Bounds { events: 200, bytes: 512 * 1024 };
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What every follower reads from. Cheap to clone.
#[derive(Clone)]
pub struct Sources {
    pub log: EventSource,
    pub past: Past,
    pub executor: Executor,
    turns: Arc<Semaphore>,
}

pub struct Follower {
    sources: Sources,
    incarnation: Uuid,
    position: i64,
    live: Subscription,
    /// Kept over interruptions: asking anew would lose its turn.
    catching_up: Option<BoxFuture<'static, Step>>,
}

/// What comes next for a client.
pub enum Step {
    Live(Arc<EventPage>),
    Past(CaughtUp),
    /// The log has begun another history.
    Reset(Head),
    Closed,
}

/// A page of the past: what somebody sees of it, with the rights that they have since.
pub struct CaughtUp {
    pub page: EventPage,
    /// The version of the membership that the page was read with.
    pub read_with: i64,
    pub membership: StateAt<Membership>,
}

impl Sources {
    pub fn new(log: EventSource, past: Past, executor: Executor) -> Self {
        Self { log, past, executor, turns: Arc::new(Semaphore::new(CATCHING_UP_MAX)) }
    }

    /// What somebody is at this moment; whatever happened to it until now is in it.
    pub async fn membership(&self, principal: &Principal) -> Result<StateAt<Membership>, String> {
        let id = StreamId::new(principal.user.as_str()).map_err(|error| error.to_string())?;
        let asking = self.executor.state::<Membership>(&principal.tenant, id);
        asking.await.map_err(|error| eventstore::chain_of(&error))
    }
}

impl Follower {
    /// Begins after a position, which this node need not have heard of yet.
    pub fn new(sources: Sources, position: i64) -> Self {
        let live = sources.log.tail().subscribe();
        let incarnation = sources.log.head().borrow().incarnation;
        Self { sources, incarnation, position, live, catching_up: None }
    }

    pub fn incarnation(&self) -> Uuid {
        self.incarnation
    }

    pub fn position(&self) -> i64 {
        self.position
    }

    /// Whoever took a page over moves the follower on.
    pub fn move_to(&mut self, position: i64) {
        self.position = self.position.max(position);
    }

    /// What comes after the position. May be cancelled at any time.
    pub async fn next(&mut self, viewer: &Viewer) -> Step {
        loop {
            if self.catching_up.is_some() || self.position < self.live.after() {
                return self.read_past(viewer).await;
            }
            if let Some(step) = self.read_live().await {
                return step;
            }
        }
    }

    async fn read_past(&mut self, viewer: &Viewer) -> Step {
        let catching_up = self.catching_up.get_or_insert_with(|| {
            let (sources, viewer) = (self.sources.clone(), viewer.clone());
            Box::pin(catch_up(sources, viewer, self.incarnation, self.position))
        });
        let step = catching_up.await;
        self.catching_up = None;
        step
    }

    /// Nothing when the live end has moved on without us, or has nothing new.
    async fn read_live(&mut self) -> Option<Step> {
        match self.live.next().await {
            Ok(Live::Reset(head)) => Some(Step::Reset(head)),
            Ok(Live::Page(page)) if page.incarnation != self.incarnation => {
                Some(Step::Reset(*self.sources.log.head().borrow()))
            }
            Ok(Live::Page(page)) if page.up_to <= self.position => None,
            Ok(Live::Page(page)) if page.after <= self.position => Some(Step::Live(page)),
            Ok(Live::Page(_)) => {
                self.live = self.sources.log.tail().subscribe();
                None
            }
            Err(TailFault::Lagged) => None,
            Err(TailFault::Closed) => Some(Step::Closed),
        }
    }
}

/// Reads the next page of the past, however often that has to be tried.
async fn catch_up(sources: Sources, viewer: Viewer, incarnation: Uuid, after: i64) -> Step {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        let head = *sources.log.head().borrow();
        if head.incarnation != incarnation {
            return Step::Reset(head);
        }
        match read(&sources, &viewer, head, after).await {
            Ok(caught_up) => return Step::Past(caught_up),
            Err(error) => {
                tracing::debug!(error, "the past cannot be read; trying again");
                backoff.pause().await;
            }
        }
    }
}

/// The rights are asked for after the page was read, so they are no older than anything in it.
async fn read(sources: &Sources, viewer: &Viewer, head: Head, after: i64) -> Result<CaughtUp, String> {
    let turn = sources.turns.acquire().await.map_err(|error| error.to_string())?;
    let ask = Ask {
        principal: &viewer.principal,
        filter: &viewer.filter,
        start: Start::After(after),
        bounds: PAGE,
    };
    let looked = sources.past.look(ask, head).await.map_err(|error| eventstore::chain_of(&error))?;
    drop(turn);
    let membership = sources.membership(&viewer.principal).await?;
    let events = looked.events.into_iter().map(Arc::new).collect();
    let page = EventPage { incarnation: head.incarnation, after, up_to: looked.to, events };
    Ok(CaughtUp { page, read_with: viewer.version(), membership })
}

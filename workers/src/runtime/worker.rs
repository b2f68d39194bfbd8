//! What a worker says about itself. The runtime does the rest: claims, renews, tries again, parks, and writes down
//! what came of it.

use std::sync::Arc;
use std::time::Duration;

use eventstore::event::Recorded;
use eventstore::execute::Plan;
use eventstore::work::{Claim, LaneLimit, Owed, WhenLost};
use tokio::sync::watch;
use uuid::Uuid;

use super::retry::Retry;

/// What doing it twice would mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the receiver knows the effect by its id, or there is nothing to double.
    Idempotent,
    /// A repetition that the receiver can tell by its id. Done again when nobody knows whether it was done.
    Retryable,
    /// Harm. When nobody knows whether it was done it is not done again, and its work ends as unknown.
    AtMostOnce,
}

impl Effect {
    /// What becomes of it when its process is lost in the middle.
    pub fn when_lost(self) -> WhenLost {
        match self {
            Effect::AtMostOnce => WhenLost::Unknown,
            Effect::Idempotent | Effect::Retryable => WhenLost::Again,
        }
    }
}

/// At most one outside effect for an event, and what follows from it.
pub trait Worker: Send + Sync + 'static {
    /// A verb phrase. Names the work in the database, so it never changes.
    const NAME: &'static str;
    const EFFECT: Effect;
    /// Effects at the same time in one process.
    const CONCURRENCY: usize = 16;
    /// Longest time for one effect.
    const TIME_LIMIT: Duration = Duration::from_secs(60);
    const RETRY: Retry = Retry::MINUTES;
    /// Set for a worker whose work lies in lanes.
    const LANE_LIMIT: Option<LaneLimit> = None;

    fn carry_out(&self, task: Task) -> impl Future<Output = Outcome> + Send;
}

/// What events make work for a worker, when the event alone says so.
pub trait Owes {
    fn owes(event: &Recorded) -> Vec<Owed>;
}

/// One piece of work, as its worker sees it.
#[derive(Debug, Clone)]
pub struct Task {
    pub event: Arc<Recorded>,
    pub claim: Claim,
    /// The same in every try: what a receiver tells repetitions by.
    pub effect_id: Uuid,
    /// The span of this try, for receivers that take part in traces.
    pub traceparent: Option<String>,
    /// Turns true when the process stops: whoever takes long hands over then.
    pub stopping: watch::Receiver<bool>,
}

/// What came of a try.
pub enum Outcome {
    Done,
    /// The effect leads to a command, which is carried out together with the end of the work. Made anew for each try
    /// of the command; the effect itself is not repeated.
    Then(Box<dyn Fn() -> Plan + Send + Sync>),
    /// There was nothing to do it with.
    Skipped(String),
    /// It was not done, and may work another time; no sooner than the receiver asked for.
    Failed {
        reason: String,
        retry_after: Option<Duration>,
    },
    /// The same, after a pause that the worker has chosen itself.
    Again {
        after: Duration,
        reason: String,
    },
    /// It was not done, and will not work by itself.
    Park(String),
    /// It was not done, and was tried often enough.
    GivenUp(String),
    /// It may have been done.
    Unknown(String),
}

impl Outcome {
    pub fn then(plan: impl Fn() -> Plan + Send + Sync + 'static) -> Self {
        Self::Then(Box::new(plan))
    }

    pub fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into(), retry_after: None }
    }
}

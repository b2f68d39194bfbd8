//! Carries the log to NATS JetStream, in order and without a gap, for as long as the process lives.
//!
//! The relay remembers nothing: the stream's last sequence says how far it has come. Whatever goes wrong, it begins
//! again from what Postgres and the stream say then.

mod compare;
mod fault;
mod generation;
mod lookout;
mod metrics;
mod publish;
mod sight;
mod target;

pub(crate) use compare::compare;
pub use fault::{Fork, RelayFault};
pub use generation::{Generation, newest};
pub use sight::{ConsumerSight, Holds, RelaySight, RelayState, SightFault, StreamSight, look, sight};

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_nats::jetstream::stream::{State, Stream};
use futures_util::FutureExt;
use prometheus_client::registry::Registry;
use sqlx::PgPool;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::alarms::Alarm;
use crate::backoff::Backoff;
use crate::broker::{Broker, Retention, connect};
use crate::chain_of;
use crate::database::{self, Role, Unfit};
use crate::follow::EventSource;
use compare::compare_at;
use lookout::Lookout;
use metrics::Metrics;
use publish::Publisher;
use target::Target;

const CONNECTIONS: u32 = 1;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// A fork is looked at again, in case an operator has done something about it.
const LOOK_AT_FORK_EVERY: Duration = Duration::from_secs(2);
/// How long another relay is given to move the stream before this one takes over: at least, and drawn on top of it, so
/// that two who stand by do not take over together.
const STAND_BY: Duration = Duration::from_millis(50);
const STAND_BY_LONGER: Duration = Duration::from_millis(200);

pub struct RelayOptions {
    pub database_url: String,
    /// One server, or several separated by commas.
    pub nats_url: String,
    pub retention: Retention,
    pub source: EventSource,
}

pub struct Relay;

/// A relay at work in this process. Dropped, it ends at once, which is as good as any other moment.
pub struct RunningRelay {
    reached: watch::Receiver<i64>,
    metrics: Metrics,
    pool: PgPool,
    tasks: JoinSet<()>,
}

impl Relay {
    pub fn start(options: RelayOptions) -> Result<RunningRelay, Unfit> {
        let pool = database::pool(&options.database_url, Role::Relay, CONNECTIONS)?;
        let metrics = Metrics::new(options.source.alarms().clone());
        let (reaching, reached) = watch::channel(0);
        let lookout =
            Lookout { head: options.source.head(), reached: reached.clone(), metrics: metrics.clone() };
        let task = Task {
            pool: pool.clone(),
            nats_url: options.nats_url,
            retention: options.retention,
            source: options.source,
            metrics: metrics.clone(),
            reached: reaching,
            has_warned: false,
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(lookout.look());
        tasks.spawn(task.work());
        Ok(RunningRelay { reached, metrics, pool, tasks })
    }
}

impl RunningRelay {
    /// The position up to which the broker has acknowledged everything.
    pub fn reached(&self) -> watch::Receiver<i64> {
        self.reached.clone()
    }

    pub fn register_metrics(&self, registry: &mut Registry) {
        self.metrics.register(registry);
    }

    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        self.pool.close().await;
    }
}

struct Task {
    pool: PgPool,
    nats_url: String,
    retention: Retention,
    source: EventSource,
    metrics: Metrics,
    reached: watch::Sender<i64>,
    /// An open server is told of once.
    has_warned: bool,
}

impl Task {
    /// Works for ever: whatever happens is followed by another try.
    async fn work(mut self) {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let (mut reported, mut moved) = (String::new(), None);
        loop {
            let before = *self.reached.borrow();
            let session = AssertUnwindSafe(self.session(moved)).catch_unwind().await;
            let fault = match session.unwrap_or(Err(RelayFault::Panicked)) {
                Ok(never) => match never {},
                Err(fault) => fault,
            };
            if *self.reached.borrow() > before {
                backoff.reset();
                reported.clear();
            }
            self.report(&fault, &mut reported);
            moved = match fault {
                RelayFault::Moved { position } => Some(position),
                // Until the stream is another, that place is what is wrong with it.
                RelayFault::Fork { .. } => moved,
                _ => None,
            };
            if fault.is_fork() {
                sleep(LOOK_AT_FORK_EVERY).await;
            } else {
                backoff.pause().await;
            }
        }
    }

    /// Once for each fault, not for each of its repetitions.
    fn report(&self, fault: &RelayFault, reported: &mut String) {
        let error = chain_of(fault);
        if fault.is_fork() {
            self.metrics.set_alarm(Alarm::RelayFork, true);
        }
        if *reported == error {
            return;
        }
        match fault {
            RelayFault::Fork { .. } => {
                let alarm = Alarm::RelayFork.name();
                tracing::error!(alarm, error, "nothing is relayed until an operator has looked");
            }
            RelayFault::Moved { .. } => tracing::debug!(error, "looking where the stream is"),
            RelayFault::OtherIncarnation(_) => tracing::info!(error, "relaying another history"),
            _ => tracing::warn!(error, "the relay stopped; beginning again"),
        }
        *reported = error;
    }

    /// From a connection to the first fault. `moved`: an event whose place in the stream was taken when it was published.
    async fn session(&mut self, moved: Option<i64>) -> Result<Infallible, RelayFault> {
        let broker = connect(&self.nats_url, "airtide relay").await?;
        self.warn_of_open_server(&broker);
        let head = self.source.reader().end().await?;
        let target = Target::open(&self.pool, &broker, self.retention, head).await?;
        let (mut stream, mut state) = target.look().await?;
        if let Some(position) = moved {
            // Another relay may have been quicker. A message that none published is no sign of one, and what was sent behind it hides it.
            let sequence = target.generation.sequence_of(position);
            compare_at(self.source.reader(), &target.generation, &stream, sequence).await?;
            (stream, state) = self.stand_by(&target).await?;
        }
        compare(self.source.reader(), &target.generation, &stream, &state).await?;
        self.metrics.set_alarm(Alarm::RelayFork, false);
        self.metrics.begun();
        let after = target.generation.position_of(state.last_sequence);
        tracing::info!(name = target.name(), position = after, "relaying");
        Publisher::new(&self.pool, &self.source, &target, after, &self.reached).run().await
    }

    /// Watches while the stream moves by itself: another relay is at work.
    async fn stand_by(&self, target: &Target) -> Result<(Stream, State), RelayFault> {
        let mut pauses = Backoff::new(STAND_BY_LONGER, STAND_BY_LONGER);
        let (_, mut state) = target.look().await?;
        loop {
            let position = target.generation.position_of(state.last_sequence);
            self.reached.send_replace(position);
            let head = *self.source.head().borrow();
            if head.incarnation != target.generation.incarnation {
                return Err(RelayFault::OtherIncarnation(head.incarnation));
            }
            sleep(STAND_BY).await;
            pauses.pause().await;
            let (stream, next) = target.look().await?;
            if next.last_sequence == state.last_sequence && head.position > position {
                return Ok((stream, next));
            }
            state = next;
        }
    }

    fn warn_of_open_server(&mut self, broker: &Broker) {
        if broker.is_open_to_all() && !self.has_warned {
            tracing::warn!(
                "the NATS server lets anybody in: give it accounts, which `airtide creds nats` makes"
            );
            self.has_warned = true;
        }
    }
}

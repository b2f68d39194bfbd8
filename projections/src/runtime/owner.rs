//! The task of one projection: waits until nobody else writes it, writes it, and begins again after every fault.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use eventstore::alarms::Alarm;
use eventstore::backoff::Backoff;
use eventstore::chain_of;
use eventstore::follow::{EventPage, EventSource};
use futures_util::FutureExt;
use sqlx::{AssertSqlSafe, Connection, PgPool};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::batch::Desk;
use super::checkpoint::{Checkpoint, Holder, LOOK_EVERY};
use super::fault::Fault;
use super::feed::Feed;
use super::metrics::Metrics;
use super::model::Pace;
use super::progress::Progress;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long a writer gathers events that nobody waits for.
const REST: Duration = Duration::from_millis(15);
const TIDY_EVERY: Duration = Duration::from_secs(60 * 60);
/// Longest wait for the lease to be given back.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(1);

/// Told, by name, of a batch that was committed.
pub type Written = dyn Fn(&'static str) + Send + Sync;

/// What the tasks of all projections share.
pub struct Shared {
    pub pool: PgPool,
    pub source: EventSource,
    pub progress: Progress,
    pub metrics: Metrics,
    pub written: Option<Arc<Written>>,
}

pub struct Owner {
    shared: Arc<Shared>,
    holder: Holder<'static>,
}

/// How things went of late.
struct Health {
    backoff: Backoff,
    /// The fault that was told last.
    reported: String,
}

impl Health {
    fn new() -> Self {
        Self { backoff: Backoff::new(FIRST_PAUSE, LONGEST_PAUSE), reported: String::new() }
    }

    fn is_well(&mut self) {
        self.backoff.reset();
        self.reported.clear();
    }
}

impl Owner {
    pub fn new(shared: Arc<Shared>, holder: Holder<'static>) -> Self {
        Self { shared, holder }
    }

    /// Works until told to stop, then gives the lease back.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            () = self.work() => {}
            // A sender that is gone tells to stop, too.
            _ = stop.wait_for(|stop| *stop) => {}
        }
        // Whatever was under way is rolled back, or was committed: both are fine.
        let releasing = self.holder.release(&self.shared.pool);
        if !matches!(timeout(RELEASE_TIMEOUT, releasing).await, Ok(Ok(()))) {
            tracing::debug!(
                projection = self.name(),
                "the lease could not be given back, and will end by itself"
            );
        }
    }

    fn name(&self) -> &'static str {
        self.holder.projection.name()
    }

    async fn work(&self) {
        let mut health = Health::new();
        loop {
            // A panic is a fault like others: the projection begins again.
            let owning = AssertUnwindSafe(self.own(&mut health)).catch_unwind().await;
            let fault = match owning.unwrap_or(Err(Fault::Panicked)) {
                Ok(never) => match never {},
                Err(fault) => fault,
            };
            self.report(&fault, &mut health.reported);
            // Another process may be able to do what this one cannot.
            let _ = timeout(RELEASE_TIMEOUT, self.holder.release(&self.shared.pool)).await;
            health.backoff.pause().await;
        }
    }

    /// Once for each fault, not for each of its repetitions.
    fn report(&self, fault: &Fault, reported: &mut String) {
        let is_foreign = fault.is_foreign_history();
        self.shared.metrics.set_alarm(Alarm::ProjectionForeignHistory, self.name(), is_foreign);
        let error = chain_of(fault);
        if *reported == error {
            return;
        }
        let projection = self.name();
        if is_foreign {
            let alarm = Alarm::ProjectionForeignHistory.name();
            tracing::error!(
                alarm,
                projection,
                error,
                "the projection stands still until an operator has looked"
            );
        } else {
            tracing::warn!(projection, error, "the projection stopped; beginning again");
        }
        *reported = error;
    }

    /// From taking the lease to the first fault.
    async fn own(&self, health: &mut Health) -> Result<Infallible, Fault> {
        let Shared { pool, source, progress, .. } = &*self.shared;
        let checkpoint = self.acquire().await?;
        self.check_history(checkpoint).await?;
        let mut desk = Desk::open(self.holder, pool.clone(), source.reader().clone(), checkpoint).await?;
        self.shared.metrics.set_alarm(Alarm::ProjectionForeignHistory, self.name(), false);
        tracing::info!(projection = self.name(), position = checkpoint.position, "projecting");
        let _own = progress.own(self.name(), checkpoint);
        let mut feed = Feed::start(source.after(checkpoint.position));
        let mut tidied_at: Option<Instant> = None;
        loop {
            match timeout(desk.patience(), feed.next()).await {
                Err(_) => desk.renew().await?,
                Ok(page) => {
                    self.carry(&mut desk, page?).await?;
                    self.rest(&desk).await;
                }
            }
            health.is_well();
            if tidied_at.is_none_or(|at| at.elapsed() >= TIDY_EVERY) {
                let is_tidy = self.tidy().await?;
                tidied_at = is_tidy.then(Instant::now);
            }
        }
    }

    async fn rest(&self, desk: &Desk<'_>) {
        if self.holder.projection.pace() == Pace::AsAwaited {
            tokio::select! {
                () = sleep_until(desk.kept_at() + REST) => {}
                () = self.shared.progress.awaited(self.name()) => {}
            }
        }
    }

    async fn acquire(&self) -> Result<Checkpoint, Fault> {
        let head = *self.shared.source.head().borrow();
        self.holder.begin(&self.shared.pool, head).await?;
        loop {
            if let Some(checkpoint) = self.holder.acquire(&self.shared.pool).await? {
                return Ok(checkpoint);
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Rows made of another history than the log's are not added to.
    async fn check_history(&self, checkpoint: Checkpoint) -> Result<(), Fault> {
        let mut head = *self.shared.source.head().borrow();
        if checkpoint.position > head.position {
            // Another node may have projected what this one has not heard of yet.
            head = self.shared.source.reader().end().await?;
        }
        if checkpoint.incarnation != head.incarnation {
            return Err(Fault::OtherIncarnation {
                made_of: checkpoint.incarnation,
                present: head.incarnation,
            });
        }
        if checkpoint.position > head.position {
            return Err(Fault::AheadOfLog { position: checkpoint.position, head: head.position });
        }
        Ok(())
    }

    async fn carry(&self, desk: &mut Desk<'_>, page: EventPage) -> Result<(), Fault> {
        let at = desk.at();
        if page.incarnation != at.incarnation {
            return Err(Fault::OtherIncarnation { made_of: at.incarnation, present: page.incarnation });
        }
        let begun = Instant::now();
        let carried = desk.carry(&page).await?;
        self.shared.progress.publish(self.name(), desk.at());
        if carried > 0 {
            self.shared.metrics.carried(self.name(), carried, begun.elapsed().as_secs_f64());
            if let Some(written) = &self.shared.written {
                written(self.name());
            }
        }
        Ok(())
    }

    /// Drops one lot of rows, so that events and the lease need not wait for many; whether there were none.
    async fn tidy(&self) -> Result<bool, Fault> {
        let mut connection = self.shared.pool.acquire().await?;
        let begin = format!("begin; set local search_path = {}", self.holder.projection.schema());
        let mut transaction = connection.begin_with(AssertSqlSafe(begin)).await?;
        let dropped = self.holder.projection.tidy(&mut transaction).await?;
        transaction.commit().await?;
        if dropped > 0 {
            tracing::info!(projection = self.name(), dropped, "dropped rows that are past keeping");
        }
        Ok(dropped == 0)
    }
}

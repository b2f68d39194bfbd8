//! How far read models have come, for whoever wants to read what was just written.
//!
//! In the process that writes a read model its progress is known at once. Elsewhere the checkpoints are asked for every
//! few milliseconds, in one question for everybody, and only while somebody waits.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use eventstore::backoff::Backoff;
use eventstore::database::{self, Role, Unfit};
use eventstore::follow::Head;
use sqlx::PgPool;
use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

use super::checkpoint::Checkpoint;
use super::projection::Projection;

const ASK_EVERY: Duration = Duration::from_millis(20);
/// The longest pause while the database does not answer.
const ASK_AFTER_FAULTS: Duration = Duration::from_secs(1);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// Connections for questions about progress.
const CONNECTIONS: u32 = 2;

/// Why waiting for a read model came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum WaitError {
    #[error("the read model has not come so far in time")]
    TimedOut,
    #[error("the log ends at position {head}")]
    Beyond { head: i64 },
    #[error("there is no read model {0}")]
    Unknown(String),
    #[error("the end of the log cannot be asked for")]
    Database(#[from] sqlx::Error),
}

/// The progress of every read model. Cheap to clone.
#[derive(Clone)]
pub struct Progress(Arc<Inner>);

struct Inner {
    pool: PgPool,
    head: watch::Receiver<Head>,
    readings: BTreeMap<&'static str, Reading>,
    /// How many wait at this moment, for any of them.
    waiting: watch::Sender<usize>,
}

struct Reading {
    version: i32,
    reached: watch::Sender<Checkpoint>,
    /// Whether this process writes it, so that nobody has to ask.
    is_own: AtomicBool,
    /// How many wait for it at this moment.
    waiting: watch::Sender<usize>,
}

impl Progress {
    pub fn start(
        database_url: &str,
        head: watch::Receiver<Head>,
        projections: &[&dyn Projection],
    ) -> Result<Self, Unfit> {
        let pool = database::pool(database_url, Role::App, CONNECTIONS)?;
        let nowhere = Checkpoint { incarnation: Uuid::nil(), position: 0 };
        let reading = |projection: &&dyn Projection| {
            let reached = watch::Sender::new(nowhere);
            let (is_own, waiting) = (AtomicBool::new(false), watch::Sender::new(0));
            (projection.name(), Reading { version: projection.version(), reached, is_own, waiting })
        };
        let readings = projections.iter().map(reading).collect();
        let waiting = watch::Sender::new(0);
        let asked = waiting.subscribe();
        let progress = Self(Arc::new(Inner { pool, head, readings, waiting }));
        tokio::spawn(ask_while_somebody_waits(Arc::downgrade(&progress.0), asked));
        Ok(progress)
    }

    /// The end of the log, as far as this process knows.
    pub fn head(&self) -> Head {
        *self.0.head.borrow()
    }

    /// How far a read model has come, as far as this process knows.
    pub fn of(&self, name: &str) -> Option<watch::Receiver<Checkpoint>> {
        Some(self.0.readings.get(name)?.reached.subscribe())
    }

    /// Waits until a read model has taken in everything up to a position of the present incarnation. Holds no
    /// connection meanwhile.
    pub async fn wait_for(&self, name: &str, position: i64, patience: Duration) -> Result<(), WaitError> {
        let reading = self.0.readings.get(name).ok_or_else(|| WaitError::Unknown(name.to_owned()))?;
        let has_reached = |reached: &Checkpoint| {
            reached.position >= position && reached.incarnation == self.head().incarnation
        };
        let mut reached = reading.reached.subscribe();
        if has_reached(&reached.borrow_and_update()) {
            return Ok(());
        }
        let waiting = async {
            self.check_within_log(position).await?;
            let _waiting = [Waiting::begin(&self.0.waiting), Waiting::begin(&reading.waiting)];
            // The sender lives as long as we do.
            let _ = reached.wait_for(has_reached).await;
            Ok(())
        };
        timeout(patience, waiting).await.unwrap_or(Err(WaitError::TimedOut))
    }

    /// Another node may have written what this one has not heard of yet: then Postgres knows.
    async fn check_within_log(&self, position: i64) -> Result<(), WaitError> {
        if position <= self.head().position {
            return Ok(());
        }
        let head =
            sqlx::query_scalar("select last_position from log_batches order by last_position desc limit 1")
                .fetch_one(&self.0.pool)
                .await?;
        if position <= head { Ok(()) } else { Err(WaitError::Beyond { head }) }
    }

    /// This process writes the read model from a checkpoint on, until what is returned is dropped.
    pub(super) fn own(&self, name: &str, from: Checkpoint) -> Option<Own<'_>> {
        let reading = self.0.readings.get(name)?;
        reading.is_own.store(true, Ordering::Relaxed);
        reading.replace(from);
        Some(Own(reading))
    }

    pub(super) fn publish(&self, name: &str, now: Checkpoint) {
        if let Some(reading) = self.0.readings.get(name) {
            reading.publish(now);
        }
    }

    /// Until somebody in this process waits for the read model.
    pub(super) async fn awaited(&self, name: &str) {
        match self.0.readings.get(name).map(|reading| reading.waiting.subscribe()) {
            Some(mut waiting) => drop(waiting.wait_for(|count| *count > 0).await),
            None => std::future::pending().await,
        }
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.0.pool
    }
}

impl Reading {
    fn publish(&self, now: Checkpoint) {
        self.reached.send_if_modified(|reached| {
            let is_news = now.incarnation != reached.incarnation || now.position > reached.position;
            if is_news {
                *reached = now;
            }
            is_news
        });
    }

    /// Takes over what Postgres says, even if that is less: after a crash of Postgres the last of the rows may be
    /// gone together with their checkpoint.
    fn replace(&self, found: Checkpoint) {
        self.reached.send_if_modified(|reached| std::mem::replace(reached, found) != found);
    }
}

/// That this process writes a read model, for as long as this lives.
pub(super) struct Own<'a>(&'a Reading);

impl Drop for Own<'_> {
    fn drop(&mut self) {
        self.0.is_own.store(false, Ordering::Relaxed);
    }
}

impl Inner {
    async fn ask(&self) -> sqlx::Result<()> {
        let rows: Vec<(String, i32, Uuid, i64)> =
            sqlx::query_as("select name, version, incarnation, position from projection_checkpoints")
                .fetch_all(&self.pool)
                .await?;
        for (name, version, incarnation, position) in rows {
            if let Some(reading) = self.readings.get(name.as_str())
                && reading.version == version
                && !reading.is_own.load(Ordering::Relaxed)
            {
                reading.replace(Checkpoint { incarnation, position });
            }
        }
        Ok(())
    }

    fn knows_all_by_itself(&self) -> bool {
        self.readings.values().all(|reading| reading.is_own.load(Ordering::Relaxed))
    }
}

/// One who waits, counted for as long as this lives.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn begin(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Ends when nobody holds the progress any more.
async fn ask_while_somebody_waits(progress: Weak<Inner>, mut waiting: watch::Receiver<usize>) {
    let mut backoff = Backoff::new(ASK_EVERY, ASK_AFTER_FAULTS);
    while waiting.wait_for(|count| *count > 0).await.is_ok() {
        let Some(inner) = progress.upgrade() else {
            return;
        };
        let asked = match inner.knows_all_by_itself() {
            true => Ok(()),
            false => timeout(ANSWER_TIMEOUT, inner.ask()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut)),
        };
        drop(inner);
        if let Err(error) = asked {
            tracing::debug!(%error, "the progress of read models cannot be asked for");
            backoff.pause().await;
        } else {
            backoff.reset();
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}

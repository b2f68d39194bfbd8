//! The writer: one task per node that brings every queued unit to an answer.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::batch::Batch;
use super::connection::{Backend, Failure, Judgement, WriterConnection, terminate};
use super::queue::{Appender, Company, Entry, Queue};
use super::refusal_rate::RefusalRate;
use super::{AppendError, Appended, Verdict};
use crate::database::{self, Unfit};
use crate::fail_points::{FailPoint, pass};
use crate::metrics::Metrics;

/// How long a batch is tried again that was certainly not written.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a batch is tried again that may have been written.
const PATIENCE_WHEN_UNKNOWN: Duration = Duration::from_secs(10);
/// The pause before another try.
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct WriterOptions {
    pub database_url: String,
    pub queue_units: usize,
    pub metrics: Arc<Metrics>,
}

pub(crate) struct Writer {
    database_url: String,
    queue: Arc<Queue>,
    connection: Option<WriterConnection>,
    /// A backend whose connection was lost: it is ended before anything else is sent.
    lost: Option<Backend>,
    /// Since when Postgres cannot be reached: batches that come later do not wait for it all over again.
    unreachable_since: Option<Instant>,
    head: watch::Sender<Head>,
    refusals: RefusalRate,
    company: Company,
    metrics: Arc<Metrics>,
}

/// The end of the log, as far as this node knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub incarnation: Uuid,
    pub position: i64,
}

/// A running writer, as the log holds it.
pub(crate) struct RunningWriter {
    pub appender: Appender,
    pub head: watch::Receiver<Head>,
    queue: Arc<Queue>,
    task: JoinHandle<()>,
}

impl RunningWriter {
    /// Takes nothing new, settles what is queued, and stops.
    pub async fn close(self) {
        self.queue.close();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the writer ended in an unforeseen way");
        }
    }
}

struct AbandonOnDrop(Arc<Queue>);

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Units that go to Postgres together.
struct Part {
    entries: Vec<Entry>,
    /// How often in a row it was refused without anybody being named.
    nameless: u32,
}

/// What becomes of a part.
enum Fate {
    Committed(Appended),
    Named(Vec<(usize, Verdict)>),
    /// Somebody is to blame, and nobody knows who.
    Nameless(AppendError),
    /// These units meet a locked claim: next batch.
    HoldBack(Vec<usize>),
    /// These units were decided on another incarnation of the log.
    Outdated(Vec<usize>),
    All(AppendError),
}

impl Writer {
    pub async fn start(options: WriterOptions) -> Result<RunningWriter, Unfit> {
        let connection = WriterConnection::open(&options.database_url).await?;
        let queue = Arc::new(Queue::new(options.queue_units, Arc::clone(&options.metrics)));
        let (head, watched) =
            watch::channel(Head { incarnation: connection.incarnation, position: connection.head });
        let writer = Self {
            database_url: options.database_url,
            queue: Arc::clone(&queue),
            connection: Some(connection),
            lost: None,
            unreachable_since: None,
            head,
            refusals: RefusalRate::new(Instant::now()),
            company: Company::Alone,
            metrics: options.metrics,
        };
        let task = tokio::spawn(writer.run());
        Ok(RunningWriter { appender: Appender::new(Arc::clone(&queue)), head: watched, queue, task })
    }

    async fn run(mut self) {
        // Should the task end before its time, nobody may wait for it.
        let _abandoned = AbandonOnDrop(Arc::clone(&self.queue));
        while let Some(entries) = self.queue.next_batch(self.company).await {
            self.settle(entries).await;
        }
        if let Some(connection) = self.connection {
            connection.close().await;
        }
    }

    /// Brings every unit to an answer, the guilty ones alone.
    async fn settle(&mut self, entries: Vec<Entry>) {
        let mut parts = VecDeque::from([Part { entries, nameless: 0 }]);
        while let Some(part) = parts.pop_front() {
            if part.entries.is_empty() {
                continue;
            }
            let (fate, firsts) = self.carry(&part.entries).await;
            match fate {
                Fate::Committed(appended) => answer_all(part.entries, &firsts, appended),
                Fate::All(error) => {
                    part.entries.into_iter().for_each(|entry| entry.answer(Err(error.clone())))
                }
                Fate::Named(named) => parts.push_front(answer_named(part.entries, &named)),
                Fate::Outdated(units) => {
                    let (outdated, rest) = split_off(part.entries, &units);
                    outdated.into_iter().for_each(|entry| entry.answer(Err(AppendError::IncarnationChanged)));
                    parts.push_front(Part { entries: rest, nameless: 0 });
                }
                Fate::HoldBack(units) => {
                    let (held, rest) = split_off(part.entries, &units);
                    self.hold_back(held);
                    parts.push_front(Part { entries: rest, nameless: 0 });
                }
                Fate::Nameless(error) => {
                    parts_of(part, error).into_iter().rev().for_each(|part| parts.push_front(part))
                }
            }
        }
    }

    /// Units that meet a locked claim come again a little later, for as long as patience lasts.
    fn hold_back(&self, held: Vec<Entry>) {
        let now = Instant::now();
        let is_patient = |entry: &Entry| entry.held_since.is_none_or(|since| since.elapsed() < PATIENCE);
        let (mut again, given_up): (Vec<_>, Vec<_>) = held.into_iter().partition(is_patient);
        given_up.into_iter().for_each(|entry| entry.answer(Err(AppendError::Unavailable)));
        again.iter_mut().for_each(|entry| entry.held_since = entry.held_since.or(Some(now)));
        self.queue.hold_back(again);
    }

    /// Sends a batch until its fate is known or patience ends.
    async fn carry(&mut self, entries: &[Entry]) -> (Fate, Vec<i64>) {
        let started = Instant::now();
        let batch_id = Uuid::now_v7();
        let seen = self.head.borrow().position;
        let mut may_be_written = false;
        loop {
            // What may be written is asked for before it is sent again: the lock makes the question wait for it.
            let ask_first = may_be_written || self.refusals.is_high();
            let failure = match self.attempt(batch_id, seen, entries, ask_first).await {
                Ok((fate, firsts)) => {
                    self.count(&fate, entries, started);
                    return (fate, firsts);
                }
                Err(failure) => failure,
            };
            may_be_written |= matches!(failure, Failure::Lost(_));
            if self.is_patient(&failure, started, may_be_written) {
                tracing::warn!(%failure, units = entries.len(), "a batch is sent again");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            tracing::error!(%failure, units = entries.len(), may_be_written, "a batch is given up");
            let error = if may_be_written { AppendError::OutcomeUnknown } else { AppendError::Unavailable };
            return (Fate::All(error), Vec::new());
        }
    }

    fn is_patient(&mut self, failure: &Failure, started: Instant, may_be_written: bool) -> bool {
        if may_be_written {
            return started.elapsed() < PATIENCE_WHEN_UNKNOWN;
        }
        let since = match failure {
            Failure::NotSent(_) => *self.unreachable_since.get_or_insert(started),
            _ => started,
        };
        since.elapsed() < PATIENCE
    }

    /// One try: `Err` says that nothing is known yet and that it may be tried again.
    async fn attempt(
        &mut self,
        batch_id: Uuid,
        seen: i64,
        entries: &[Entry],
        ask_first: bool,
    ) -> Result<(Fate, Vec<i64>), Failure> {
        let connection = self.connected().await?;
        let outdated = outdated(entries, connection.incarnation);
        let batch = Batch::of(entries, connection.types);
        if ask_first && let Some(fate) = self.ask(batch_id, seen, &batch).await? {
            return Ok((fate, batch.firsts));
        }
        if !outdated.is_empty() {
            return Ok((Fate::Outdated(outdated), Vec::new()));
        }
        let connection = self.connected().await?;
        pass(FailPoint::BeforeAppend);
        let fate = match connection.append(batch_id, &batch).await {
            Ok(appended) => {
                pass(FailPoint::AfterAppend);
                self.advance(&appended, batch.rows.count());
                Fate::Committed(appended)
            }
            Err(Failure::Refused) => {
                let named = self.ask(batch_id, seen, &batch).await?;
                named.unwrap_or(Fate::Nameless(AppendError::Refused(Verdict::Conflict)))
            }
            Err(Failure::ClaimsLocked(claims)) => Fate::HoldBack(held_by(&batch, &claims)),
            Err(Failure::Incarnation) => {
                self.connection = None;
                Fate::All(AppendError::IncarnationChanged)
            }
            Err(Failure::Unfit(message)) => {
                tracing::error!(message, "the log cannot be written on this database");
                Fate::All(AppendError::Rejected(message))
            }
            Err(Failure::Unforeseen(message)) => Fate::Nameless(AppendError::Rejected(message)),
            Err(failure) => {
                self.disconnect(&failure);
                return Err(failure);
            }
        };
        Ok((fate, batch.firsts))
    }

    /// Asks who may not pass; nothing when nobody is named.
    async fn ask(&mut self, batch_id: Uuid, seen: i64, batch: &Batch<'_>) -> Result<Option<Fate>, Failure> {
        let connection = self.connected().await?;
        match connection.verdicts(batch_id, seen, batch).await {
            Ok(Judgement::Committed(appended)) => {
                self.advance(&appended, batch.rows.count());
                Ok(Some(Fate::Committed(appended)))
            }
            Ok(Judgement::Named(named)) if named.is_empty() => Ok(None),
            Ok(Judgement::Named(named)) => Ok(Some(Fate::Named(named))),
            Err(Failure::Unforeseen(message)) => Ok(Some(Fate::Nameless(AppendError::Rejected(message)))),
            // Asking writes nothing: whatever went wrong, only what was sent before it counts.
            Err(failure) => {
                self.disconnect(&failure);
                Err(Failure::NotNow(failure.to_string()))
            }
        }
    }

    async fn connected(&mut self) -> Result<&mut WriterConnection, Failure> {
        if self.connection.is_none() {
            let not_sent = |unfit: Unfit| Failure::NotSent(crate::chain_of(&unfit));
            if let Some(backend) = &self.lost {
                database::in_time(terminate(&self.database_url, backend)).await.map_err(not_sent)?;
                self.lost = None;
            }
            let connection =
                database::in_time(WriterConnection::open(&self.database_url)).await.map_err(not_sent)?;
            self.head.send_replace(Head { incarnation: connection.incarnation, position: connection.head });
            self.connection = Some(connection);
            self.unreachable_since = None;
        }
        self.connection.as_mut().ok_or(Failure::NotSent("no connection".into()))
    }

    fn advance(&mut self, appended: &Appended, events: i64) {
        let first = appended.first_position;
        let before = self.head.borrow().position;
        self.company = if first > before + 1 { Company::Others } else { Company::Alone };
        self.head.send_modify(|head| head.position = head.position.max(first + events - 1));
    }

    fn disconnect(&mut self, failure: &Failure) {
        if let (Failure::Lost(_), Some(connection)) = (failure, self.connection.take()) {
            self.metrics.connections_lost.inc();
            self.lost = Some(connection.backend);
        }
    }

    fn count(&mut self, fate: &Fate, entries: &[Entry], started: Instant) {
        let refused = matches!(fate, Fate::Named(_) | Fate::Nameless(_));
        self.refusals.count(refused, Instant::now());
        self.metrics.append_seconds.observe(started.elapsed().as_secs_f64());
        self.metrics.batch_units.observe(entries.len() as f64);
        match fate {
            Fate::Committed(_) => {
                let events: usize = entries.iter().map(|entry| entry.unit.event_count()).sum();
                self.metrics.events_appended.inc_by(events as u64);
            }
            Fate::Named(named) => {
                self.metrics.units_refused.inc_by(named.len() as u64);
            }
            _ => {}
        }
    }
}

fn answer_all(entries: Vec<Entry>, firsts: &[i64], appended: Appended) {
    for (entry, first) in entries.into_iter().zip(firsts) {
        entry.answer(Ok(Appended { first_position: appended.first_position + first, ..appended }));
    }
}

/// Answers those that are named and leaves the others for another batch.
fn answer_named(entries: Vec<Entry>, named: &[(usize, Verdict)]) -> Part {
    let units: Vec<usize> = named.iter().map(|(unit, _)| *unit).collect();
    let (guilty, rest) = split_off(entries, &units);
    // `verdicts` names each unit once, but in its own order.
    let mut in_order = named.to_vec();
    in_order.sort_by_key(|(unit, _)| *unit);
    for (entry, (_, verdict)) in guilty.into_iter().zip(in_order) {
        entry.answer(Err(AppendError::Refused(verdict)));
    }
    Part { entries: rest, nameless: 0 }
}

/// The units that wait for these claims; all that have one, should none be named.
fn held_by(batch: &Batch<'_>, claims: &[String]) -> Vec<usize> {
    let is_locked = |claim: &str| claims.is_empty() || claims.iter().any(|each| each == claim);
    batch.fences.iter().filter(|(_, claim)| is_locked(claim)).map(|(unit, _)| *unit).collect()
}

fn outdated(entries: &[Entry], incarnation: Uuid) -> Vec<usize> {
    let is_outdated = |(_, entry): &(usize, &Entry)| entry.unit.incarnation != incarnation;
    entries.iter().enumerate().filter(is_outdated).map(|(number, _)| number).collect()
}

fn split_off(entries: Vec<Entry>, units: &[usize]) -> (Vec<Entry>, Vec<Entry>) {
    let mut chosen = Vec::with_capacity(units.len());
    let mut rest = Vec::with_capacity(entries.len());
    for (number, entry) in entries.into_iter().enumerate() {
        if units.contains(&number) { chosen.push(entry) } else { rest.push(entry) }
    }
    (chosen, rest)
}

/// A refusal that names nobody is tried once more as it is: the reason may have passed. Then it is cut in halves
/// until the guilty unit stands alone.
fn parts_of(mut part: Part, error: AppendError) -> Vec<Part> {
    if part.nameless == 0 && matches!(error, AppendError::Refused(_)) {
        return vec![Part { nameless: 1, ..part }];
    }
    if part.entries.len() == 1 {
        part.entries.into_iter().for_each(|entry| entry.answer(Err(error.clone())));
        return Vec::new();
    }
    let second = part.entries.split_off(part.entries.len() / 2);
    vec![Part { entries: part.entries, nameless: 0 }, Part { entries: second, nameless: 0 }]
}

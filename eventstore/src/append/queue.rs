//! The queue before the writer: bounded, fair across tenants.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::identity::TenantId;
use tokio::sync::{Notify, oneshot};

use super::{AppendError, Appended, Guard, Unit};
use crate::lanes::{HeldLanes, LaneKey};
use crate::limits::{BATCH_BYTES_MAX, BATCH_UNITS_MAX};
use crate::metrics::Metrics;

/// One tenant fills at most this part of the queue.
const TENANT_SHARE: usize = 4;

/// Times that others may go first before a small batch is taken.
const YIELDS_ALONE: usize = 3;
/// The same while another node holds the lock in turn.
const YIELDS_AMONG_OTHERS: usize = 12;
/// How long a unit is held back that met a locked claim.
const HOLD_BACK: Duration = Duration::from_millis(50);
/// Units that make a batch worth what a batch costs in itself. Those who wait for more leave Postgres idle, and are idle
/// while it works.
const ENOUGH: usize = 12;

/// Who else writes to the log just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Company {
    Alone,
    /// Another node takes the lock in turn. Each batch waits for one of the other's anyway, so that a fuller one
    /// costs no time, and fewer of them do the same work.
    Others,
}

/// A unit that waits, with the lanes it holds: they are given back with the answer.
pub(super) struct Entry {
    pub unit: Unit,
    pub bytes: usize,
    queued_at: Instant,
    /// Since when it is kept back for a claim that somebody else has locked.
    pub held_since: Option<Instant>,
    reply: oneshot::Sender<Answer>,
    lanes: HeldLanes,
}

type Answer = (Result<Appended, AppendError>, HeldLanes);

impl Entry {
    pub fn answer(self, answer: Result<Appended, AppendError>) {
        // Whoever asked may be gone; the lanes are free then.
        let _ = self.reply.send((answer, self.lanes));
    }
}

/// The way into the log.
#[derive(Clone)]
pub struct Appender {
    queue: Arc<Queue>,
}

impl Appender {
    pub(super) fn new(queue: Arc<Queue>) -> Self {
        Self { queue }
    }

    /// Whether there is a writer to take what is queued.
    pub(crate) fn is_open(&self) -> bool {
        !self.queue.state().closed
    }

    /// Queues a unit and waits for its fate. Even when the caller stops waiting the unit keeps its lanes until it
    /// is settled.
    pub(crate) async fn append(
        &self,
        unit: Unit,
        lanes: HeldLanes,
    ) -> (Result<Appended, AppendError>, HeldLanes) {
        let (reply, answer) = oneshot::channel();
        let bytes = unit.bytes();
        let entry = Entry { unit, bytes, queued_at: Instant::now(), held_since: None, reply, lanes };
        if let Err((entry, error)) = self.queue.push(entry) {
            return (Err(error), entry.lanes);
        }
        // Without an answer the writer is gone, and nobody knows how far it came.
        answer.await.unwrap_or((Err(AppendError::OutcomeUnknown), HeldLanes::default()))
    }
}

pub(super) struct Queue {
    capacity: usize,
    state: Mutex<State>,
    arrived: Notify,
    metrics: Arc<Metrics>,
}

#[derive(Default)]
struct State {
    waiting: HashMap<TenantId, VecDeque<Entry>>,
    /// Tenants with something waiting, in the order of their turns.
    turns: VecDeque<TenantId>,
    /// Units that wait for a moment, whoever's they are.
    held_back: Vec<(Instant, Entry)>,
    total: usize,
    closed: bool,
}

impl Queue {
    pub fn new(capacity: usize, metrics: Arc<Metrics>) -> Self {
        Self { capacity, state: Mutex::default(), arrived: Notify::new(), metrics }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[expect(clippy::result_large_err, reason = "the entry goes back to its caller")]
    fn push(&self, entry: Entry) -> Result<(), (Entry, AppendError)> {
        let mut state = self.state();
        if state.closed {
            return Err((entry, AppendError::Closed));
        }
        let of_tenant = state.waiting.get(&entry.unit.tenant).map_or(0, VecDeque::len);
        if state.total >= self.capacity || of_tenant >= self.capacity / TENANT_SHARE {
            self.metrics.queue_full.inc();
            return Err((entry, AppendError::QueueFull));
        }
        state.push_back(entry);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// Keeps units out of the next batches for a while: what they wait for is in somebody else's hands.
    pub fn hold_back(&self, entries: Vec<Entry>) {
        let due = Instant::now() + HOLD_BACK;
        let mut state = self.state();
        state.total += entries.len();
        state.held_back.extend(entries.into_iter().map(|entry| (due, entry)));
    }

    /// Waits for something to write; nothing once the queue is closed and empty.
    pub async fn next_batch(&self, company: Company) -> Option<Vec<Entry>> {
        loop {
            let wake_at = {
                let mut state = self.state();
                state.release_held_back(Instant::now());
                if state.closed && state.total == 0 {
                    return None;
                }
                if !state.turns.is_empty() {
                    break;
                }
                state.held_back.iter().map(|(due, _)| *due).min()
            };
            match wake_at {
                None => self.arrived.notified().await,
                Some(due) => {
                    // Whichever comes first: something new, or those held back.
                    let _ = tokio::time::timeout_at(due.into(), self.arrived.notified()).await;
                }
            }
        }
        // Those just answered may be about to queue again: letting them fills the batch at no cost of a timer. Once
        // enough wait, going on is better: they fill the next batch while this one commits.
        let (enough, yields) = match company {
            Company::Alone => (ENOUGH, YIELDS_ALONE),
            Company::Others => (BATCH_UNITS_MAX, YIELDS_AMONG_OTHERS),
        };
        for _ in 0..yields {
            if self.state().total >= enough {
                break;
            }
            tokio::task::yield_now().await;
        }
        Some(self.drain())
    }

    fn drain(&self) -> Vec<Entry> {
        let mut state = self.state();
        let batch = state.drain();
        self.metrics.queue_units.set(state.total as i64);
        drop(state);
        for entry in &batch {
            self.metrics.queue_seconds.observe(entry.queued_at.elapsed().as_secs_f64());
        }
        batch
    }

    pub fn close(&self) {
        self.state().closed = true;
        self.arrived.notify_one();
    }

    /// Lets go of everything that waits, when there is nobody left to write it.
    pub fn abandon(&self) {
        let mut state = self.state();
        *state = State { closed: true, ..State::default() };
    }
}

impl State {
    fn push_back(&mut self, entry: Entry) {
        self.begin_turn(&entry.unit.tenant);
        self.waiting.entry(entry.unit.tenant.clone()).or_default().push_back(entry);
        self.total += 1;
    }

    fn push_front(&mut self, entry: Entry) {
        self.begin_turn(&entry.unit.tenant);
        self.waiting.entry(entry.unit.tenant.clone()).or_default().push_front(entry);
        self.total += 1;
    }

    fn release_held_back(&mut self, now: Instant) {
        let (due, later) = std::mem::take(&mut self.held_back).into_iter().partition(|(due, _)| *due <= now);
        self.held_back = later;
        let due: Vec<(Instant, Entry)> = due;
        self.total -= due.len();
        due.into_iter().rev().for_each(|(_, entry)| self.push_front(entry));
    }

    fn begin_turn(&mut self, tenant: &TenantId) {
        if !self.waiting.contains_key(tenant) {
            self.turns.push_back(tenant.clone());
        }
    }

    fn take_next(&mut self) -> Option<Entry> {
        let tenant = self.turns.pop_front()?;
        let waiting = self.waiting.get_mut(&tenant)?;
        let entry = waiting.pop_front();
        if waiting.is_empty() {
            self.waiting.remove(&tenant);
        } else {
            self.turns.push_back(tenant);
        }
        self.total -= usize::from(entry.is_some());
        entry
    }

    /// Takes a batch, tenant by tenant. A unit that touches what an earlier one of the batch changes waits for
    /// the next: inside a batch the guards of all units are checked before any of them is written.
    fn drain(&mut self) -> Vec<Entry> {
        let mut batch = Vec::with_capacity(self.total.min(BATCH_UNITS_MAX));
        let mut held_back = Vec::new();
        let mut changed = HashSet::new();
        let mut bytes = 0;
        while batch.len() < BATCH_UNITS_MAX {
            let Some(entry) = self.take_next() else { break };
            if !batch.is_empty() && bytes + entry.bytes > BATCH_BYTES_MAX {
                held_back.push(entry);
                break;
            }
            if touches(&entry.unit, &changed) {
                held_back.push(entry);
                continue;
            }
            bytes += entry.bytes;
            changed.extend(changes(&entry.unit));
            batch.push(entry);
        }
        for entry in held_back.into_iter().rev() {
            self.push_front(entry);
        }
        batch
    }
}

fn touches(unit: &Unit, changed: &HashSet<LaneKey>) -> bool {
    let guarded = unit.guards.iter().map(guard_key);
    guarded.chain(changes(unit)).any(|key| changed.contains(&key))
}

fn changes(unit: &Unit) -> impl Iterator<Item = LaneKey> {
    let written = unit.writes.iter().map(|write| LaneKey::of("stream", &write.stream));
    let command = unit.command.iter().map(|command| LaneKey::of("command", &command.id));
    // Counters are added up in the order of the batch, so units may share one; what is allowed of it counts from the next
    // batch on.
    let taken = unit
        .guards
        .iter()
        .filter(|guard| !matches!(guard, Guard::Unmoved { .. } | Guard::Count { .. }))
        .map(guard_key);
    written.chain(command).chain(taken)
}

fn guard_key(guard: &Guard) -> LaneKey {
    match guard {
        Guard::Unmoved { stream, .. } => LaneKey::of("stream", stream),
        Guard::Take { kind, key, .. } | Guard::Release { kind, key, .. } => {
            LaneKey::of("reservation", &(kind, key))
        }
        Guard::Fence { claim, .. } => LaneKey::of("claim", claim),
        Guard::Count { tenant, name, .. } | Guard::Limit { tenant, name, .. } => {
            LaneKey::of("counter", &(tenant, name))
        }
    }
}

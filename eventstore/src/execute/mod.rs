//! The command executor: load, decide, append, and on a conflict load and decide again.
//!
//! A command is answered once. Under a key it is looked up when this node has seen that key before, and whenever it
//! is refused or found to change nothing, because its own first attempt may be what stands in its way; a retry that
//! gets past both is stopped by the append itself. What was decided on a remembered state is decided again when the
//! stream has moved.

mod checks;
mod counting;
mod decision;
mod error;
mod load;
mod plan;
mod present;
mod receipt;
pub(crate) mod recent;
mod replay;
mod request;
pub(crate) mod state;

pub use error::{CommandError, Refused};
pub use plan::Plan;
pub use receipt::Receipt;
pub use request::Request;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;
use tokio::sync::watch;

use crate::append::{AppendError, Appended, Appender, Expected, Guard, Head, KeyedCommand, Unit, Verdict};
use crate::event::StreamName;
use crate::fingerprint::{self, Fingerprint};
use crate::keys::Keys;
use crate::lanes::{HeldLanes, LaneKey, Lanes};
use crate::load::{
    Batcher, CommandFound, CommandLookUp, IsMoved, LastEvent, LoadStream, Remembered, StreamPages, in_time,
};
use crate::metrics::Metrics;
use crate::read::Reader;
use crate::seal::Sealer;
use crate::snapshot::Snapshots;
use decision::{Decided, Outcome};
use load::{Basis, Ground};
use recent::RecentCommands;
use state::{Held, States};

/// Times a command is decided before it gives way to the others on its streams.
const ATTEMPTS_MAX: usize = 8;

/// Carries out commands. Cheap to clone.
#[derive(Clone)]
pub struct Executor(Arc<Parts>);

pub struct Parts {
    pub(crate) appender: Appender,
    pub(crate) head: watch::Receiver<Head>,
    pub(crate) lanes: Arc<Lanes>,
    pub(crate) states: States,
    pub(crate) recent: RecentCommands,
    pub(crate) snapshot_every: i64,
    pub(crate) streams: Batcher<LoadStream>,
    pub(crate) pages: Batcher<StreamPages>,
    pub(crate) moved: Batcher<IsMoved>,
    pub(crate) commands: Batcher<CommandLookUp>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) snapshots: Snapshots,
    pub(crate) reader: Reader,
    pub(crate) keys: Arc<Keys>,
    pub(crate) metrics: Arc<Metrics>,
}

impl Deref for Executor {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What one attempt came to.
enum Attempt {
    Done(Receipt),
    /// Decide again, on what the log says now.
    Again(CommandError),
}

impl Executor {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Whether commands are taken: not while closing, nor once the writer has ended.
    pub fn is_open(&self) -> bool {
        self.appender.is_open()
    }

    /// The fingerprint of a parsed request, for [`Request::keyed`]. `operation` says what is asked of what, as a
    /// client names it (`PATCH /v1/workspaces/w1`): the same body for another target is another request.
    pub fn fingerprint<T: Serialize>(
        &self,
        operation: &str,
        request: &T,
    ) -> Result<Fingerprint, CommandError> {
        fingerprint::of(&self.keys, &(operation, request))
            .map_err(|error| CommandError::Fault(error.to_string()))
    }

    /// The key under which a personal name is reserved.
    pub fn look_up_key(&self, normalized: &str) -> String {
        fingerprint::look_up_key(&self.keys, normalized)
    }

    /// Carries out a plan: all of it is in the log when this returns a receipt.
    pub async fn execute(&self, request: &Request, plan: Plan) -> Result<Receipt, CommandError> {
        checks::check(request, &plan)?;
        let mut lanes = self.lanes.take(lane_keys(request, &plan)).await;
        let mut last = CommandError::Contended;
        for attempt in 0..ATTEMPTS_MAX {
            let ground = Ground { incarnation: self.head.borrow().incarnation, from_log: attempt > 0 };
            match self.attempt(request, &plan, ground, &mut lanes).await {
                Ok(Attempt::Done(receipt)) => return Ok(receipt),
                Ok(Attempt::Again(reason)) => {
                    self.metrics.conflicts_retried.inc();
                    last = reason;
                }
                Err(error) => return self.unless_done_before(request, error).await,
            }
        }
        self.unless_done_before(request, last).await
    }

    async fn attempt(
        &self,
        request: &Request,
        plan: &Plan,
        ground: Ground,
        lanes: &mut HeldLanes,
    ) -> Result<Attempt, CommandError> {
        if (self.is_recent(request) || ground.from_log)
            && let Some(found) = self.look_up(request).await?
        {
            return self.replay(request, &found).await.map(Attempt::Done);
        }
        let mut decided = self.decide(request, plan, ground).await?;
        if some_write(&decided) {
            let unit = self.unit(request, plan, ground, &mut decided).await?;
            checks::check_unit(&unit)?;
            let (answer, held) = self.appender.append(unit, std::mem::take(lanes)).await;
            *lanes = held;
            return self.settle(request, ground, decided, answer).await;
        }
        self.settle_unwritten(request, plan, ground, decided).await
    }

    /// Asks each aggregate in turn; the first that will not ends it.
    async fn decide(
        &self,
        request: &Request,
        plan: &Plan,
        ground: Ground,
    ) -> Result<Vec<Decided>, CommandError> {
        let mut decided = Vec::with_capacity(plan.decisions.len());
        for decision in &plan.decisions {
            let next = decision.decide(self, request, ground).await?;
            let ends = next.outcome.is_err();
            decided.push(next);
            if ends {
                break;
            }
        }
        Ok(decided)
    }

    /// An error, unless the command was carried out before: then it may be its own success that stands in its way.
    async fn unless_done_before(
        &self,
        request: &Request,
        error: CommandError,
    ) -> Result<Receipt, CommandError> {
        if matches!(
            error,
            CommandError::KeyReused | CommandError::Unavailable(_) | CommandError::OutcomeUnknown { .. }
        ) {
            return Err(error);
        }
        match self.look_up(request).await? {
            Some(found) => self.replay(request, &found).await,
            None => Err(error),
        }
    }

    async fn look_up(&self, request: &Request) -> Result<Option<CommandFound>, CommandError> {
        match request.fingerprint {
            None => Ok(None),
            Some(_) => Ok(self.commands.ask(request.command_id).await?),
        }
    }

    /// Whether this node saw the command's key a while ago, so that a look-up is likely to find it.
    fn is_recent(&self, request: &Request) -> bool {
        request.fingerprint.is_some() && self.recent.saw_before(request.command_id)
    }

    async fn unit(
        &self,
        request: &Request,
        plan: &Plan,
        ground: Ground,
        decided: &mut [Decided],
    ) -> Result<Unit, CommandError> {
        let mut guards = plan.guards.clone();
        for (stream, version) in &plan.unmoved {
            let expected = self.expected_at(stream, *version, ground).await?;
            guards.push(Guard::Unmoved { stream: stream.clone(), expected });
        }
        let mut writes = Vec::with_capacity(decided.len());
        for each in decided {
            let expected = each.expected();
            match &mut each.outcome {
                Ok(outcome) if outcome.writes() => {
                    counting::guard(&mut guards, &each.stream.tenant, &outcome.counted);
                    writes.push(outcome.take_write(&each.stream, expected));
                }
                // What was found to be done already must still be so when the rest is written.
                _ => guards.push(Guard::Unmoved { stream: each.stream.clone(), expected }),
            }
        }
        let command =
            request.fingerprint.map(|fingerprint| KeyedCommand { id: request.command_id, fingerprint });
        Ok(Unit { incarnation: ground.incarnation, tenant: request.tenant.clone(), writes, guards, command })
    }

    /// Where a guarded stream ends, if that is at the version its caller saw. What is remembered of it is as good as the log
    /// the first time: the append looks at the stream itself.
    async fn expected_at(
        &self,
        stream: &StreamName,
        version: i64,
        ground: Ground,
    ) -> Result<Expected, CommandError> {
        let held = self.states.get(stream, ground.incarnation).map(|held| held.last);
        if let Some(LastEvent { stream_no, position, .. }) =
            held.filter(|last| !ground.from_log && last.version == version)
        {
            return Ok(Expected::At { stream_no, version, position });
        }
        let last = in_time(self.reader.last_event(stream))
            .await
            .map_err(|error| CommandError::Unavailable(error.to_string()))?;
        match last {
            None if version == 0 => Ok(Expected::New),
            Some(last) if last.version == version => {
                Ok(Expected::At { stream_no: last.stream_no, version, position: last.position })
            }
            last => {
                let actual = last.map_or(0, |last| last.version);
                Err(CommandError::VersionMismatch { expected: version, actual })
            }
        }
    }

    async fn settle(
        &self,
        request: &Request,
        ground: Ground,
        decided: Vec<Decided>,
        answer: Result<Appended, AppendError>,
    ) -> Result<Attempt, CommandError> {
        let error = match answer {
            Ok(appended) => return Ok(Attempt::Done(self.written(request, ground, decided, appended))),
            Err(error) => error,
        };
        // Whatever went wrong, what is remembered of these streams may be what was wrong.
        decided.iter().for_each(|each| self.states.forget(&each.stream));
        match error {
            // The next attempt finds it in the command log, or decides on what the others left.
            AppendError::Refused(Verdict::Duplicate { .. } | Verdict::Conflict)
            | AppendError::IncarnationChanged => {
                Ok(Attempt::Again(CommandError::of_append(error, request.command_id)))
            }
            error => Err(CommandError::of_append(error, request.command_id)),
        }
    }

    /// Remembers the new states and writes the receipt.
    fn written(
        &self,
        request: &Request,
        ground: Ground,
        decided: Vec<Decided>,
        appended: Appended,
    ) -> Receipt {
        let mut position = appended.first_position - 1;
        let mut receipt = self.receipt(request);
        receipt.incarnation = ground.incarnation;
        receipt.recorded_at = Some(appended.recorded_at);
        for each in decided {
            // A stream that had nothing to do is not named: a retry is answered from the events, which do not
            // name it either.
            if let Ok(outcome) = each.outcome
                && outcome.writes()
            {
                receipt.event_ids.extend_from_slice(&outcome.event_ids);
                let first = position + 1;
                position += outcome.event_ids.len() as i64;
                let version = self.remember(&each.stream, ground, each.last, outcome, first);
                receipt.streams.push((each.stream, version));
            }
        }
        receipt.position = position;
        receipt
    }

    fn remember(
        &self,
        stream: &StreamName,
        ground: Ground,
        before: Option<LastEvent>,
        outcome: Outcome,
        first: i64,
    ) -> i64 {
        let added = outcome.event_ids.len() as i64;
        let version = before.map_or(0, |last| last.version) + added;
        let last = LastEvent {
            stream_no: before.map_or(first, |last| last.stream_no),
            version,
            position: first + added - 1,
        };
        let Outcome { state, bytes, .. } = outcome;
        let held = Held { state, incarnation: ground.incarnation, last, bytes, as_of: Instant::now() };
        if version / self.snapshot_every != (version - added) / self.snapshot_every {
            self.snapshots.offer(stream, &held);
        }
        self.states.put(stream.clone(), held);
        version
    }

    /// A refusal, or nothing to do: answered only when it still holds.
    async fn settle_unwritten(
        &self,
        request: &Request,
        plan: &Plan,
        ground: Ground,
        decided: Vec<Decided>,
    ) -> Result<Attempt, CommandError> {
        for each in &decided {
            if self.is_outdated(ground, each).await? {
                self.states.forget(&each.stream);
                return Ok(Attempt::Again(CommandError::Contended));
            }
        }
        let mut receipt = self.receipt(request);
        for each in decided {
            let version = each.version();
            receipt.position = receipt.position.max(each.last.map_or(0, |last| last.position));
            each.outcome?;
            receipt.streams.push((each.stream, version));
        }
        if let Some(found) = self.look_up(request).await? {
            return self.replay(request, &found).await.map(Attempt::Done);
        }
        checks::check_unwritten(plan)?;
        let from_log = Ground { from_log: true, ..ground };
        for (stream, version) in &plan.unmoved {
            self.expected_at(stream, *version, from_log).await?;
        }
        Ok(Attempt::Done(receipt))
    }

    async fn is_outdated(&self, ground: Ground, decided: &Decided) -> Result<bool, CommandError> {
        match (decided.basis, decided.last) {
            (Basis::Log, _) => Ok(false),
            (Basis::Memory, Some(last)) => {
                Ok(self.moved.ask(Remembered { incarnation: ground.incarnation, last }).await?)
            }
            (Basis::Memory, None) | (Basis::Assumption, _) => Ok(true),
        }
    }

    /// A receipt of nothing yet, at the head.
    fn receipt(&self, request: &Request) -> Receipt {
        let head = *self.head.borrow();
        Receipt {
            command_id: request.command_id,
            incarnation: head.incarnation,
            position: head.position,
            streams: Vec::new(),
            event_ids: Vec::new(),
            recorded_at: None,
            replayed: false,
        }
    }
}

/// Whether every aggregate agrees, and at least one has something to write.
fn some_write(decided: &[Decided]) -> bool {
    decided.iter().all(|each| each.outcome.is_ok())
        && decided.iter().any(|each| matches!(&each.outcome, Ok(outcome) if outcome.writes()))
}

fn lane_keys(request: &Request, plan: &Plan) -> Vec<LaneKey> {
    let command = request.fingerprint.map(|_| LaneKey::of("command", &request.command_id));
    let streams = plan.decisions.iter().map(|decision| LaneKey::of("stream", decision.stream()));
    command.into_iter().chain(streams).collect()
}

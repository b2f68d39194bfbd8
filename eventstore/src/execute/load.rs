//! Loading a state: from memory, else from its snapshot and the events after it.

use std::sync::Arc;
use std::time::Instant;

use domain::stored::Stored;
use uuid::Uuid;

use super::Executor;
use super::error::CommandError;
use super::state::{Held, StateOf};
use crate::event::{Recorded, StreamName};
use crate::load::{FirstPage, LastEvent, NextPage, StreamPage};
use crate::payload;
use crate::seal::Place;
use crate::snapshot;

/// A state to decide on, and the event it ends with; nothing when the stream does not exist.
pub(crate) struct Loaded<A> {
    pub state: A,
    pub last: Option<LastEvent>,
    pub bytes: usize,
    pub basis: Basis,
}

/// What an attempt decides on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground {
    pub incarnation: Uuid,
    /// Whether memory has misled an earlier attempt.
    pub from_log: bool,
}

/// How sure a loaded state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    /// Read from the log since the command came.
    Log,
    /// Remembered: another node may have moved the stream since.
    Memory,
    /// Taken for granted that the stream does not exist.
    Assumption,
}

impl<A: Default> Loaded<A> {
    pub fn nothing(basis: Basis) -> Self {
        Self { state: A::default(), last: None, bytes: 0, basis }
    }
}

impl Executor {
    pub(super) async fn load<A: Stored>(
        &self,
        stream: &StreamName,
        ground: Ground,
    ) -> Result<Loaded<A>, CommandError> {
        if !ground.from_log
            && let Some(loaded) = self.remembered(stream, ground.incarnation)
        {
            self.metrics.cache_hits.inc();
            return Ok(loaded);
        }
        self.metrics.cache_misses.inc();
        let as_of = Instant::now();
        let loaded = self.load_from_log::<A>(stream, ground.incarnation).await?;
        if let Some(last) = loaded.last {
            let state = Arc::new(StateOf(Arc::new(loaded.state.clone())));
            let (incarnation, bytes) = (ground.incarnation, loaded.bytes);
            self.states.put(stream.clone(), Held { state, incarnation, last, bytes, as_of });
        }
        Ok(loaded)
    }

    fn remembered<A: Stored>(&self, stream: &StreamName, incarnation: Uuid) -> Option<Loaded<A>> {
        let held = self.states.get(stream, incarnation)?;
        let state = A::clone(held.state_of::<A>()?.as_ref());
        Some(Loaded { state, last: Some(held.last), bytes: held.bytes, basis: Basis::Memory })
    }

    async fn load_from_log<A: Stored>(
        &self,
        stream: &StreamName,
        incarnation: Uuid,
    ) -> Result<Loaded<A>, CommandError> {
        let question = FirstPage { stream: stream.clone(), state_hash: snapshot::state_hash::<A>() };
        let mut page = self.streams.ask(question).await?;
        let Some(stream_no) = page.stream_no else {
            return Ok(Loaded::nothing(Basis::Log));
        };
        let mut fold = Fold::<A>::begin(self, stream, stream_no, &mut page).await?;
        loop {
            fold.add(self, &page.events).await?;
            if page.is_last() {
                break;
            }
            page.events = self.pages.ask(NextPage { stream_no, after_version: fold.version }).await?;
        }
        if fold.events >= self.snapshot_every {
            fold.offer_snapshot(self, stream, incarnation);
        }
        Ok(fold.loaded())
    }
}

struct Fold<A> {
    state: A,
    stream_no: i64,
    version: i64,
    position: i64,
    bytes: usize,
    /// Events folded, besides the snapshot.
    events: i64,
}

impl<A: Stored> Fold<A> {
    /// Begins with the snapshot, or, when there is none that can be read, with nothing and the first events.
    async fn begin(
        executor: &Executor,
        stream: &StreamName,
        stream_no: i64,
        page: &mut StreamPage,
    ) -> Result<Self, CommandError> {
        let nothing = Self { state: A::default(), stream_no, version: 0, position: 0, bytes: 0, events: 0 };
        let Some(row) = page.snapshot.take() else {
            return Ok(nothing);
        };
        match executor
            .sealer
            .read::<A>(&Place::Snapshot { stream: stream.clone(), version: row.version }, &row.state)
            .await
        {
            Ok(state) => {
                let (version, position, bytes) = (row.version, row.position, row.state.len());
                Ok(Self { state, version, position, bytes, ..nothing })
            }
            Err(fault) => {
                tracing::warn!(%stream, error = crate::chain_of(&fault), "a snapshot cannot be read and is left alone");
                page.events = executor.pages.ask(NextPage { stream_no, after_version: 0 }).await?;
                Ok(nothing)
            }
        }
    }

    async fn add(&mut self, executor: &Executor, events: &[Recorded]) -> Result<(), CommandError> {
        for event in events {
            self.state.apply(payload::read(&executor.sealer, event).await?);
            self.version = event.version;
            self.position = event.position;
            self.bytes += event.payload_text.len();
            self.events += 1;
        }
        Ok(())
    }

    fn last(&self) -> LastEvent {
        LastEvent { stream_no: self.stream_no, version: self.version, position: self.position }
    }

    fn offer_snapshot(&self, executor: &Executor, stream: &StreamName, incarnation: Uuid) {
        let state = Arc::new(StateOf(Arc::new(self.state.clone())));
        let (last, bytes, as_of) = (self.last(), self.bytes, Instant::now());
        executor.snapshots.offer(stream, &Held { state, incarnation, last, bytes, as_of });
    }

    fn loaded(self) -> Loaded<A> {
        let last = Some(self.last());
        Loaded { state: self.state, last, bytes: self.bytes, basis: Basis::Log }
    }
}

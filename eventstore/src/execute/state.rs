//! States of aggregates in memory: folded from the log, kept until memory is needed for others.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use domain::stored::Stored;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use uuid::Uuid;

use crate::event::StreamName;
use crate::load::LastEvent;
use crate::seal::{Place, SealFault, Sealer};
use crate::snapshot;

/// A state of any aggregate.
#[async_trait]
pub(crate) trait State: Send + Sync {
    fn as_any(&self) -> &(dyn Any + Send + Sync);
    fn hash(&self) -> i64;
    async fn write(&self, sealer: &Sealer, place: &Place) -> Result<String, SealFault>;
}

/// Shared with whoever only looks at it.
pub(crate) struct StateOf<A>(pub Arc<A>);

#[async_trait]
impl<A: Stored> State for StateOf<A> {
    fn as_any(&self) -> &(dyn Any + Send + Sync) {
        &self.0
    }

    fn hash(&self) -> i64 {
        snapshot::state_hash::<A>()
    }

    async fn write(&self, sealer: &Sealer, place: &Place) -> Result<String, SealFault> {
        sealer.write(place, &*self.0).await
    }
}

/// A state and the event it ends with.
#[derive(Clone)]
pub(crate) struct Held {
    pub state: Arc<dyn State>,
    /// The history it was folded from.
    pub incarnation: Uuid,
    pub last: LastEvent,
    /// What it takes in memory, guessed from the events that made it.
    pub bytes: usize,
    /// Up to when the log is known to hold nothing more of it.
    pub as_of: Instant,
}

impl Held {
    /// Nothing where it is the state of another kind of aggregate.
    pub fn state_of<A: Stored>(&self) -> Option<&Arc<A>> {
        self.state.as_any().downcast_ref::<Arc<A>>()
    }
}

/// What an entry takes beside its state.
const ENTRY_BYTES: usize = 256;

#[derive(Clone)]
struct ByBytes;

impl Weighter<StreamName, Held> for ByBytes {
    fn weight(&self, _: &StreamName, held: &Held) -> u64 {
        (held.bytes + ENTRY_BYTES) as u64
    }
}

/// The states that a node holds: as many as fit into a number of bytes.
pub(crate) struct States {
    held: Cache<StreamName, Held, ByBytes>,
}

impl States {
    pub fn new(bytes_max: usize) -> Self {
        let entries = (bytes_max / (4 * ENTRY_BYTES)).max(16);
        Self { held: Cache::with_weighter(entries, bytes_max as u64, ByBytes) }
    }

    /// A state of this incarnation; one of another counts for nothing.
    pub fn get(&self, stream: &StreamName, incarnation: Uuid) -> Option<Held> {
        self.held.get(stream).filter(|held| held.incarnation == incarnation)
    }

    pub fn put(&self, stream: StreamName, held: Held) {
        self.held.insert(stream, held);
    }

    /// The log held nothing more of it at a time. One that was put here meanwhile stays as it is.
    pub fn confirm(&self, stream: &StreamName, held: &Held, as_of: Instant) {
        if let Some(now) = self.held.get(stream)
            && now.last == held.last
            && now.incarnation == held.incarnation
        {
            self.held.insert(stream.clone(), Held { as_of, ..now });
        }
    }

    pub fn forget(&self, stream: &StreamName) {
        self.held.remove(stream);
    }

    pub fn forget_all(&self) {
        self.held.clear();
    }
}

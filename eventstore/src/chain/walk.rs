//! A walk from batch to batch, which recomputes everything that can be.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use sqlx::PgConnection;

use super::rows::{Batch, Link, events_between, unlisted};
use super::{Broken, Digested, Unsound, batch_digest, chain_hash};
use crate::event::Recorded;

pub struct Walk {
    /// Up to here the log is taken as it is.
    given: i64,
    last: i64,
    chain_hash: Vec<u8>,
    /// By number of the stream. Its size is that of the directory of streams.
    streams: HashMap<i64, Stream>,
    /// Keyed anew for each walk, so that no name can be made to hash like another.
    names: RandomState,
}

/// A stream as far as it was walked. Its name is kept as a hash, to save memory.
#[derive(Clone, Copy)]
struct Stream {
    name: u64,
    version: i64,
}

impl Walk {
    pub fn after(link: Link) -> Self {
        Self {
            given: link.position,
            last: link.position,
            chain_hash: link.chain_hash,
            streams: HashMap::new(),
            names: RandomState::new(),
        }
    }

    pub fn last(&self) -> i64 {
        self.last
    }

    /// What the chain has come to.
    pub fn chain_hash(&self) -> &[u8] {
        &self.chain_hash
    }

    /// Streams that were seen.
    pub fn streams(&self) -> usize {
        self.streams.len()
    }

    pub async fn step(&mut self, reader: &mut PgConnection, batch: &Batch) -> Result<(), Unsound> {
        let events = events_between(reader, batch.first, batch.last).await?;
        self.step_batch(batch, &events)?;
        match unlisted(reader, batch.first, batch.last).await? {
            Some(position) => Err(Broken::Directory { position }.into()),
            None => Ok(()),
        }
    }

    /// A batch with its events at hand.
    pub fn step_batch(&mut self, batch: &Batch, events: &[Recorded]) -> Result<(), Broken> {
        if batch.first != self.last + 1 {
            return Err(Broken::Missing { position: self.last + 1 });
        }
        let mut events_at = events.iter();
        for position in batch.first..=batch.last {
            let event = events_at.next().filter(|event| event.position == position);
            let event = event.ok_or(Broken::Missing { position })?;
            self.step_event(event)?;
        }
        let digest = batch_digest(events.iter().map(|event| event.digest.as_slice()));
        let hash = chain_hash(
            &self.chain_hash,
            batch.first..=batch.last,
            batch.recorded_at,
            batch.incarnation,
            &digest,
        );
        if digest != batch.digest || hash != batch.chain_hash {
            return Err(Broken::Batch { first: batch.first, last: batch.last });
        }
        // The chain covers the time of the batch, and an event has no other.
        if let Some(event) = events.iter().find(|event| event.recorded_at != batch.recorded_at) {
            return Err(Broken::Time { position: event.position });
        }
        self.last = batch.last;
        self.chain_hash = hash;
        Ok(())
    }

    fn step_event(&mut self, event: &Recorded) -> Result<(), Broken> {
        let position = event.position;
        if Digested::of(event).digest().as_slice() != event.digest {
            return Err(Broken::Event { position });
        }
        self.step_stream(event)
    }

    /// The number of a stream is in no digest, because it is a position: that of the stream's first event.
    fn step_stream(&mut self, event: &Recorded) -> Result<(), Broken> {
        let position = event.position;
        let name = self.names.hash_one(&event.stream);
        let stream = self.streams.get(&event.stream_no).copied();
        let stream = stream.unwrap_or_else(|| self.first_seen(event, name));
        let is_first = position == event.stream_no;
        if stream.name != name || is_first != (stream.version == 0) {
            return Err(Broken::Stream { position });
        }
        if event.version != stream.version + 1 {
            return Err(Broken::Version { position, version: event.version, expected: stream.version + 1 });
        }
        let version = event.version;
        self.streams.insert(event.stream_no, Stream { version, ..stream });
        Ok(())
    }

    /// A stream that began before this walk is believed what it says of itself first.
    fn first_seen(&self, event: &Recorded, name: u64) -> Stream {
        let has_begun = (1..=self.given).contains(&event.stream_no) && event.version > 1;
        Stream { name, version: if has_begun { event.version - 1 } else { 0 } }
    }
}

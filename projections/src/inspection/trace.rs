//! Everything that one command brought about, near or far, and how long each step took.

use eventstore::inspect::Links;
use eventstore::inspect::tree::{Command, plant};
use serde::Serialize;
use uuid::Uuid;

use super::{Inspection, LookFault};
use crate::identity::event_index::chain;

/// Events of one chain that are told.
pub const EVENTS_MAX: usize = 2_000;

#[derive(Debug, Serialize)]
pub struct Trace {
    pub correlation_id: Uuid,
    pub events: usize,
    /// From the first event to the last.
    pub took_ms: f64,
    /// Whether there are more events than are told.
    pub is_cut: bool,
    pub commands: Vec<Command>,
}

impl Inspection {
    /// Nothing when the log holds nothing of the correlation.
    pub async fn trace(&self, correlation_id: Uuid) -> Result<Option<Trace>, LookFault> {
        let links = Links { correlation_id, causation_id: None };
        let mut events = chain(&self.database_url, &self.inspector, links, EVENTS_MAX + 1).await?;
        let is_cut = events.len() > EVENTS_MAX;
        events.truncate(EVENTS_MAX);
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return Ok(None);
        };
        let took_us = last.recorded_at.as_microsecond() - first.recorded_at.as_microsecond();
        let positions: Vec<i64> = events.iter().map(|event| event.position).collect();
        let pieces = self.work.of_events(self.workers, &positions).await?;
        Ok(Some(Trace {
            correlation_id,
            events: events.len(),
            took_ms: took_us as f64 / 1_000.0,
            is_cut,
            commands: plant(events, pieces)?,
        }))
    }
}

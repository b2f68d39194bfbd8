//! One event whole, and what it hangs together with.

use std::str::FromStr;

use eventstore::chain::Digested;
use eventstore::event::Recorded;
use eventstore::inspect::{Batch, EventTold, Links};
use eventstore::work::Piece;
use serde::Serialize;
use uuid::Uuid;

use super::{Inspection, LookFault};
use crate::identity::event_index::chain;

/// Events brought about by one that are told.
const CAUSED_MAX: usize = 1_000;

/// One event, by its place or by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Position(i64),
    Id(Uuid),
}

impl FromStr for Which {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let position = text.parse().map(Which::Position);
        position.or_else(|_| text.parse().map(Which::Id)).map_err(|_| "neither a position nor an id")
    }
}

/// An event, and what stands around it.
#[derive(Debug, Serialize)]
pub struct Whole {
    pub event: EventTold,
    /// Whether the digest is the one of what lies there now.
    pub digest_holds: bool,
    pub batch: Option<Batch>,
    /// The event that its command answers, if any.
    pub caused_by: Option<EventTold>,
    /// The events of commands that answer it.
    pub caused: Vec<EventTold>,
    /// What is or was owed for it, as long as that is kept.
    pub work: Vec<Piece>,
}

impl Inspection {
    /// Nothing when the log holds no such event.
    pub async fn event(&self, which: Which) -> Result<Option<Whole>, LookFault> {
        let found = match which {
            Which::Position(position) => self.inspector.at(&[position]).await?.into_iter().next(),
            Which::Id(id) => self.inspector.named(id).await?,
        };
        match found {
            Some(event) => self.whole(event).await.map(Some),
            None => Ok(None),
        }
    }

    async fn whole(&self, event: Recorded) -> Result<Whole, LookFault> {
        let told = EventTold::of(&event)?;
        let caused_by = match told.causation_id {
            Some(cause) => self.inspector.named(cause).await?,
            None => None,
        };
        let links = Links { correlation_id: told.correlation_id, causation_id: Some(told.id) };
        let caused = chain(&self.database_url, &self.inspector, links, CAUSED_MAX).await?;
        Ok(Whole {
            event: told,
            digest_holds: holds(&event),
            batch: self.inspector.batch_of(event.position).await?,
            caused_by: caused_by.as_ref().map(EventTold::of).transpose()?,
            caused: caused.iter().map(EventTold::of).collect::<Result<_, _>>()?,
            work: self.work.of_events(self.workers, &[event.position]).await?,
        })
    }
}

fn holds(event: &Recorded) -> bool {
    Digested::of(event).digest().as_slice() == event.digest
}

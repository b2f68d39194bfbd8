//! What the log says was done: the command that ended a piece of work has an id that the piece alone leads to, and its
//! events answer the event that the piece is for.

use std::collections::{HashMap, HashSet};

use eventstore::event::{Meta, Recorded, Unreadable};
use eventstore::inspect::{Inspector, Links};
use eventstore::work::Owed;
use projections::identity::event_index::answers;
use uuid::Uuid;

use super::ReplayFailed;
use crate::runtime::names;

/// Pieces of work, as the log would tell of them.
pub struct Pieces {
    links: Vec<Links>,
    follow_ups: Vec<Uuid>,
}

impl Pieces {
    pub fn of(worker: &str, events: &[Recorded], owed: &[Owed]) -> Result<Self, Unreadable> {
        let metas: HashMap<i64, Meta> = events
            .iter()
            .map(|event| Ok((event.position, event.meta()?)))
            .collect::<Result<_, Unreadable>>()?;
        let mut pieces = Self { links: Vec::new(), follow_ups: Vec::new() };
        for each in owed {
            // What is owed is owed for one of these events.
            let Some(meta) = metas.get(&each.position) else {
                pieces.follow_ups.push(Uuid::nil());
                continue;
            };
            pieces.follow_ups.push(names::of_follow_up(worker, meta.event_id, &each.part));
            let (correlation_id, causation_id) = (meta.correlation_id(), Some(meta.event_id));
            pieces.links.push(Links { correlation_id, causation_id });
        }
        Ok(pieces)
    }

    /// The id of the command that ends each, in their order.
    pub fn follow_ups(&self) -> Vec<Uuid> {
        self.follow_ups.clone()
    }
}

/// The commands among those that end them which the log holds.
pub async fn done(
    database_url: &str,
    inspector: &Inspector,
    pieces: &Pieces,
) -> Result<HashSet<Uuid>, ReplayFailed> {
    if pieces.links.is_empty() {
        return Ok(HashSet::new());
    }
    let events = answers(database_url, inspector, &pieces.links).await?;
    let commands = events.iter().map(|event| event.meta().map(|meta| meta.command_id));
    Ok(commands.collect::<Result<_, Unreadable>>()?)
}

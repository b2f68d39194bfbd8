//! One piece of work whole, with the event that it is owed for.

use eventstore::inspect::EventTold;
use eventstore::work::Shown;
use serde::Serialize;

use super::{Inspection, LookFault};

/// A piece of work, and what it is about.
#[derive(Debug, Serialize)]
pub struct PieceWhole {
    pub work: Shown,
    pub event: Option<EventTold>,
}

impl Inspection {
    /// Nothing when there is no work of that name.
    pub async fn piece(&self, name: &str) -> Result<Option<PieceWhole>, LookFault> {
        let Some(work) = self.work.show(name).await? else {
            return Ok(None);
        };
        let event = self.inspector.at(&[work.piece.event_position]).await?;
        Ok(Some(PieceWhole { work, event: event.first().map(EventTold::of).transpose()? }))
    }
}

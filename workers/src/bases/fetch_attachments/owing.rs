//! What is owed for events of the past. Nobody who replays has keys, so each event is looked at once more as a whole; those that
//! brought nothing, or whose files are here, come to nothing.

use async_trait::async_trait;
use eventstore::event::Recorded;
use eventstore::inspect::Inspector;
use eventstore::work::Owed;
use projections::Projection;
use projections::runtime::of;
use sqlx::PgConnection;

use super::FetchAttachments;
use super::intake::{Intake, may_bring};
use crate::runtime::{Effect, Owing, Worker};

#[async_trait]
impl Owing for Intake {
    fn intake(&self) -> &'static dyn Projection {
        of::<Intake>()
    }

    fn effect(&self) -> Effect {
        FetchAttachments::EFFECT
    }

    async fn owed(
        &self,
        _: &mut PgConnection,
        _: &Inspector,
        events: &[Recorded],
    ) -> sqlx::Result<Vec<Owed>> {
        let owed =
            |event: &Recorded| Owed::of(&event.stream.tenant, event.position, event.stream.id.as_str());
        Ok(events.iter().filter(|event| may_bring(event)).map(owed).collect())
    }
}

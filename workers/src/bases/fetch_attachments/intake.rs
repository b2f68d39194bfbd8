//! Whether an event brings files lies under its seal, so this intake opens the events of records.

use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::bases::Record;
use domain::bases::record::RecordEvent;
use eventstore::event::Recorded;
use eventstore::payload::{self, ReadFault};
use eventstore::seal::Sealer;
use eventstore::work::{Owed, owe};
use projections::runtime::{Begins, Key, Pace, ProjectFault, ReadModel};
use sqlx::PgConnection;

use super::FetchAttachments;
use super::wanted::brought;
use crate::runtime::Worker;

/// Events that may bring some.
pub(super) const TYPES: [&str; 3] = ["record.created", "record.restored", "record.changed"];

pub struct Intake;

impl ReadModel for Intake {
    const NAME: &'static str = FetchAttachments::NAME;
    const VERSION: i32 = 1;
    const TABLES: &'static str = "";
    const BEGINS: Begins = Begins::AtTheHead;
    const PACE: Pace = Pace::AtOnce;

    type Event = Vec<Owed>;

    fn key(event: &Recorded) -> Option<Key> {
        may_bring(event).then_some(Key::Aggregate)
    }

    async fn open(sealer: &Sealer, recorded: Arc<Recorded>) -> Result<Vec<Owed>, ReadFault> {
        let event: RecordEvent = payload::read(sealer, &recorded).await?;
        let files = brought(&event).map(|brought| brought.files).unwrap_or_default();
        let tenant = &recorded.stream.tenant;
        // Files wait for nobody: not for those of the same cell, and not for what else happens to it.
        let owed =
            |id: &str| Owed::of(tenant, recorded.position, format!("{}/{id}", recorded.position)).part(id);
        Ok(files.iter().map(|file| owed(file.attachment.id.as_str())).collect())
    }

    async fn project(connection: &mut PgConnection, events: &[&Vec<Owed>]) -> Result<(), ProjectFault> {
        let owed: Vec<Owed> = events.iter().flat_map(|owed| owed.iter().cloned()).collect();
        Ok(owe(connection, FetchAttachments::NAME, &owed).await?)
    }
}

pub(super) fn may_bring(event: &Recorded) -> bool {
    event.stream.aggregate == Record::TYPE && TYPES.contains(&event.event_type.as_str())
}

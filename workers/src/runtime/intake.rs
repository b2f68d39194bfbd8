//! The intake of a worker whose work follows from events alone. It is no read model: it begins with what happens
//! after it was made, and is never made again, or effects would be repeated.

use std::marker::PhantomData;
use std::sync::Arc;

use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use eventstore::work::{Owed, owe};
use projections::runtime::{Begins, Key, Pace, ProjectFault, ReadModel};
use sqlx::PgConnection;

use super::worker::{Owes, Worker};

pub struct FromEvents<W>(PhantomData<fn() -> W>);

impl<W: Worker + Owes> ReadModel for FromEvents<W> {
    const NAME: &'static str = W::NAME;
    const VERSION: i32 = 1;
    const TABLES: &'static str = "";
    const BEGINS: Begins = Begins::AtTheHead;
    const PACE: Pace = Pace::AtOnce;

    type Event = Vec<Owed>;

    fn key(event: &Recorded) -> Option<Key> {
        (!W::owes(event).is_empty()).then_some(Key::Aggregate)
    }

    async fn open(_: &Sealer, event: Arc<Recorded>) -> Result<Self::Event, ReadFault> {
        Ok(W::owes(&event))
    }

    async fn project(connection: &mut PgConnection, events: &[&Self::Event]) -> Result<(), ProjectFault> {
        let owed: Vec<Owed> = events.iter().flat_map(|owed| owed.iter().cloned()).collect();
        Ok(owe(connection, W::NAME, &owed).await?)
    }
}

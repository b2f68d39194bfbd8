//! Where each tenant's events lie in the log, by workspace and by chain of causes. Queries answer with the events.

mod answers;
mod chain;
mod project;
mod query;

pub use answers::{answers, indexed_up_to};
pub use chain::{ChainFault, chain};
pub use query::{Readable, Wanted, reached, search};

use std::sync::Arc;

use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use sqlx::PgConnection;

use crate::runtime::{Key, Noted, ProjectFault, ReadModel};

pub struct EventIndex;

impl ReadModel for EventIndex {
    const NAME: &'static str = "event_index";
    const VERSION: i32 = 1;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Noted;

    fn key(_: &Recorded) -> Option<Key> {
        Some(Key::Aggregate)
    }

    async fn open(_: &Sealer, event: Arc<Recorded>) -> Result<Noted, ReadFault> {
        Noted::note(event)
    }

    async fn project(connection: &mut PgConnection, events: &[&Noted]) -> Result<(), ProjectFault> {
        Ok(project::project(connection, events).await?)
    }
}

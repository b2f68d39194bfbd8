//! The records of each base as they are now, with what is worked out of them. A record that was deleted leaves a row behind, as
//! it may come again; a base that was deleted leaves none.

mod awaited;
mod book;
mod changed;
mod group;
mod project;
mod reader;
mod rows;
mod save;
mod settle;
mod together;
mod window;

pub use reader::{Between, NAMES, RecordsReader, Schema, ShownRow, Wanted};
pub use rows::{KeptRow, take_in};
pub use window::Window;

use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::bases::base::BaseEvent;
use domain::bases::record::RecordEvent;
use domain::bases::{Base, Record};
use domain::identity::{Tenant, TenantId};
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use sqlx::PgConnection;

use crate::runtime::{Key, Opened, ProjectFault, ReadModel};

pub struct Records;

/// What concerns the records of a tenant.
pub enum Concerning {
    Base(Opened<BaseEvent>),
    Record(Opened<RecordEvent>),
    /// Everything in it has ended: none of its rows is of any use.
    TenantEmptied(TenantId),
}

impl ReadModel for Records {
    const NAME: &'static str = "records";
    const VERSION: i32 = 1;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Concerning;

    fn key(event: &Recorded) -> Option<Key> {
        match &*event.stream.aggregate {
            Base::TYPE | Record::TYPE => Some(Key::Aggregate),
            Tenant::TYPE if event.event_type == TENANT_EMPTIED => Some(Key::Aggregate),
            _ => None,
        }
    }

    async fn open(sealer: &Sealer, event: Arc<Recorded>) -> Result<Self::Event, ReadFault> {
        match &*event.stream.aggregate {
            Tenant::TYPE => Ok(Concerning::TenantEmptied(event.stream.tenant.clone())),
            Base::TYPE => Opened::read(sealer, event).await.map(Concerning::Base),
            _ => Opened::read(sealer, event).await.map(Concerning::Record),
        }
    }

    async fn project(connection: &mut PgConnection, events: &[&Self::Event]) -> Result<(), ProjectFault> {
        project::project(connection, events).await
    }
}

const TENANT_EMPTIED: &str = "tenant.emptied";

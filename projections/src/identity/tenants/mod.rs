//! Each tenant as it is now. Its contact is personal and stays in the log.

mod project;
mod query;
mod state;

pub use query::{ending, list, one};
pub use state::TenantState;

use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::identity::tenant::TenantEvent;
use domain::identity::{Tenant, TenantId, UserId};
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::columns;
use crate::runtime::{Key, Opened, ProjectFault, ReadModel};

pub struct Tenants;

#[derive(Debug, Clone, PartialEq)]
pub struct TenantRow {
    pub id: TenantId,
    pub name: String,
    /// In the order in which they became owners.
    pub owners: Vec<UserId>,
    pub suspended: bool,
    pub closes_at: Option<Timestamp>,
    pub closed: bool,
    pub emptied: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
    pub position: i64,
}

impl ReadModel for Tenants {
    const NAME: &'static str = "tenants";
    const VERSION: i32 = 2;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Opened<TenantEvent>;

    fn key(event: &Recorded) -> Option<Key> {
        (event.stream.aggregate == Tenant::TYPE).then_some(Key::Aggregate)
    }

    async fn open(sealer: &Sealer, event: Arc<Recorded>) -> Result<Self::Event, ReadFault> {
        Opened::read(sealer, event).await
    }

    async fn project(connection: &mut PgConnection, events: &[&Self::Event]) -> Result<(), ProjectFault> {
        project::project(connection, events).await
    }
}

/// What [`TenantRow::from_row`] reads.
const COLUMNS: &str =
    "name, owners, suspended, closes_at, closed, emptied, created_at, updated_at, version, position";

impl TenantRow {
    /// `id` is the column that says which one.
    fn from_row(row: &PgRow, id: &str) -> sqlx::Result<Self> {
        Ok(Self {
            id: columns::id(row, id)?,
            name: row.try_get("name")?,
            owners: columns::ids(row, "owners")?,
            suspended: row.try_get("suspended")?,
            closes_at: columns::optional_timestamp(row, "closes_at")?,
            closed: row.try_get("closed")?,
            emptied: row.try_get("emptied")?,
            created_at: columns::timestamp(row, "created_at")?,
            updated_at: columns::timestamp(row, "updated_at")?,
            version: row.try_get("version")?,
            position: row.try_get("position")?,
        })
    }
}

//! Each tenant as it is now. Its contact is personal and stays in the log.

mod project;
mod query;

pub use query::one;

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

use super::columns;
use crate::runtime::{Key, Opened, ProjectFault, ReadModel};

pub struct Tenants;

#[derive(Debug, Clone, PartialEq)]
pub struct TenantRow {
    pub id: TenantId,
    pub name: String,
    /// In the order in which they became owners.
    pub owners: Vec<UserId>,
    pub closed: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
    pub position: i64,
}

impl ReadModel for Tenants {
    const NAME: &'static str = "tenants";
    const VERSION: i32 = 1;
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
const COLUMNS: &str = "tenant, name, owners, closed, created_at, updated_at, version, position";

impl TenantRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: columns::id(row, "tenant")?,
            name: row.try_get("name")?,
            owners: columns::ids(row, "owners")?,
            closed: row.try_get("closed")?,
            created_at: columns::timestamp(row, "created_at")?,
            updated_at: columns::timestamp(row, "updated_at")?,
            version: row.try_get("version")?,
            position: row.try_get("position")?,
        })
    }
}

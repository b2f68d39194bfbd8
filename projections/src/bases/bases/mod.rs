//! The bases of each tenant as they are now. A base that was deleted has no row, nor has any of a tenant in which everything has
//! ended.

mod project;
mod query;
mod save;

pub use query::{Wanted, list, one, schema, tables};

use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::bases::base::BaseEvent;
use domain::bases::ids::{BaseId, NotAnId, TableId};
use domain::bases::{Base, BaseKey};
use domain::identity::{Tenant, TenantId, WorkspaceId};
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::columns;
use crate::runtime::{Key, Opened, ProjectFault, ReadModel};

pub struct Bases;

#[derive(Debug, Clone, PartialEq)]
pub struct BaseRow {
    pub id: BaseKey,
    pub airtable_id: BaseId,
    pub workspace: WorkspaceId,
    pub name: String,
    pub origin: String,
    /// How many.
    pub tables: i32,
    /// Of all tables.
    pub fields: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
    pub position: i64,
}

/// A table of one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    pub id: TableId,
    pub name: String,
    pub base: BaseId,
}

/// What concerns the bases of a tenant.
pub enum Concerning {
    One(Opened<BaseEvent>),
    /// Everything in it has ended: none of its rows is of any use.
    TenantEmptied(TenantId),
}

impl ReadModel for Bases {
    const NAME: &'static str = "bases";
    const VERSION: i32 = 1;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Concerning;

    fn key(event: &Recorded) -> Option<Key> {
        match &*event.stream.aggregate {
            Base::TYPE => Some(Key::Aggregate),
            Tenant::TYPE if event.event_type == TENANT_EMPTIED => Some(Key::Aggregate),
            _ => None,
        }
    }

    async fn open(sealer: &Sealer, event: Arc<Recorded>) -> Result<Self::Event, ReadFault> {
        match &*event.stream.aggregate {
            Tenant::TYPE => Ok(Concerning::TenantEmptied(event.stream.tenant.clone())),
            _ => Opened::read(sealer, event).await.map(Concerning::One),
        }
    }

    async fn project(connection: &mut PgConnection, events: &[&Self::Event]) -> Result<(), ProjectFault> {
        project::project(connection, events).await
    }
}

const TENANT_EMPTIED: &str = "tenant.emptied";

/// What [`BaseRow::from_row`] reads.
const COLUMNS: &str =
    "id, airtable_id, workspace, name, origin, tables, fields, created_at, updated_at, version, position";

impl BaseRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: columns::id(row, "id")?,
            airtable_id: named(row, "airtable_id", BaseId::parse)?,
            workspace: columns::id(row, "workspace")?,
            name: row.try_get("name")?,
            origin: row.try_get("origin")?,
            tables: row.try_get("tables")?,
            fields: row.try_get("fields")?,
            created_at: columns::timestamp(row, "created_at")?,
            updated_at: columns::timestamp(row, "updated_at")?,
            version: row.try_get("version")?,
            position: row.try_get("position")?,
        })
    }
}

impl TableRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: named(row, "id", TableId::parse)?,
            name: row.try_get("name")?,
            base: named(row, "airtable_id", BaseId::parse)?,
        })
    }
}

/// An id of Airtable's.
fn named<Id>(row: &PgRow, column: &str, parse: fn(&str) -> Result<Id, NotAnId>) -> sqlx::Result<Id> {
    let unread = |error: NotAnId| sqlx::Error::ColumnDecode { index: column.into(), source: error.into() };
    parse(row.try_get(column)?).map_err(unread)
}

//! The workspaces of each tenant as they are now. Of a tenant in which everything has ended there are none.

mod project;
mod query;

pub use query::{list, one};

use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::identity::workspace::WorkspaceEvent;
use domain::identity::{Tenant, TenantId, Workspace, WorkspaceId};
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::columns;
use crate::runtime::{Key, Opened, ProjectFault, ReadModel};

pub struct Workspaces;

#[derive(Debug, Clone, PartialEq)]
pub struct WorkspaceRow {
    pub id: WorkspaceId,
    pub name: String,
    pub description: String,
    pub archived: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
    pub position: i64,
}

/// What concerns the workspaces of a tenant.
pub enum Concerning {
    One(Opened<WorkspaceEvent>),
    /// Everything in it has ended: none of its rows is of any use.
    TenantEmptied(TenantId),
}

impl ReadModel for Workspaces {
    const NAME: &'static str = "workspaces";
    const VERSION: i32 = 1;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Concerning;

    fn key(event: &Recorded) -> Option<Key> {
        match &*event.stream.aggregate {
            Workspace::TYPE => Some(Key::Aggregate),
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

/// What [`WorkspaceRow::from_row`] reads.
const COLUMNS: &str = "id, name, description, archived, created_at, updated_at, version, position";

impl WorkspaceRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: columns::id(row, "id")?,
            name: row.try_get("name")?,
            description: row.try_get("description")?,
            archived: row.try_get("archived")?,
            created_at: columns::timestamp(row, "created_at")?,
            updated_at: columns::timestamp(row, "updated_at")?,
            version: row.try_get("version")?,
            position: row.try_get("position")?,
        })
    }
}

//! What happened in each tenant, newest first: who did what to which thing. Kept for a good year.

mod project;
mod query;

pub use query::list;

use std::sync::Arc;

use domain::identity::{PLATFORM_TENANT, WorkspaceId};
use eventstore::event::{Recorded, StreamId};
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::columns;
use crate::runtime::{Key, Noted, ProjectFault, ReadModel};

/// How long a row is kept.
pub const DAYS_KEPT: i32 = 400;

pub struct Activity;

#[derive(Debug, Clone, PartialEq)]
pub struct ActivityRow {
    pub position: i64,
    pub scope: Option<WorkspaceId>,
    pub event_type: String,
    pub actor: String,
    pub stream_type: String,
    pub stream_id: StreamId,
    pub version: i64,
    pub recorded_at: Timestamp,
}

impl ReadModel for Activity {
    const NAME: &'static str = "activity";
    const VERSION: i32 = 2;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Noted;

    /// What people do on the platform is no tenant's business.
    fn key(event: &Recorded) -> Option<Key> {
        (event.stream.tenant.as_str() != PLATFORM_TENANT).then_some(Key::Aggregate)
    }

    async fn open(_: &Sealer, event: Arc<Recorded>) -> Result<Noted, ReadFault> {
        Noted::note(event)
    }

    async fn project(connection: &mut PgConnection, events: &[&Noted]) -> Result<(), ProjectFault> {
        Ok(project::project(connection, events).await?)
    }

    async fn tidy(connection: &mut PgConnection) -> sqlx::Result<u64> {
        Ok(project::drop_old(connection).await? + project::drop_ended(connection).await?)
    }
}

impl ActivityRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            position: row.try_get("position")?,
            scope: columns::optional_id(row, "scope")?,
            event_type: row.try_get("event_type")?,
            actor: row.try_get("actor")?,
            stream_type: row.try_get("stream_type")?,
            stream_id: columns::id(row, "stream_id")?,
            version: row.try_get("version")?,
            recorded_at: columns::timestamp(row, "recorded_at")?,
        })
    }
}

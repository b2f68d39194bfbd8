//! What somebody who answers for a tenant, or for the platform, wants to know afterwards: who did what to what, from where
//! and with which outcome. Rows are never changed and never dropped.

mod audited;
mod project;
mod query;

pub use query::{AuditFilter, Exported, export, list};

use std::sync::Arc;

use domain::identity::{ApiKeyId, WorkspaceId};
use eventstore::event::{Recorded, StreamId};
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::columns;
use crate::runtime::{Key, ProjectFault, ReadModel};
use audited::Audited;

pub struct Audit;

#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    pub position: i64,
    pub scope: Option<WorkspaceId>,
    pub action: String,
    pub actor: String,
    pub api_key: Option<ApiKeyId>,
    pub target_type: String,
    pub target_id: StreamId,
    pub outcome: String,
    pub network: Option<String>,
    pub request_id: Option<String>,
    pub correlation_id: Uuid,
    pub recorded_at: Timestamp,
}

impl ReadModel for Audit {
    const NAME: &'static str = "audit";
    const VERSION: i32 = 1;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Audited;

    fn key(event: &Recorded) -> Option<Key> {
        audited::is_audited(event).then_some(Key::Aggregate)
    }

    async fn open(sealer: &Sealer, event: Arc<Recorded>) -> Result<Audited, ReadFault> {
        Audited::read(sealer, event).await
    }

    async fn project(connection: &mut PgConnection, events: &[&Audited]) -> Result<(), ProjectFault> {
        Ok(project::project(connection, events).await?)
    }
}

/// What [`AuditRow::from_row`] reads.
const COLUMNS: &str = "position, scope, action, actor, api_key, target_type, target_id, outcome, network, request_id, \
     correlation_id, recorded_at";

impl AuditRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            position: row.try_get("position")?,
            scope: columns::optional_id(row, "scope")?,
            action: row.try_get("action")?,
            actor: row.try_get("actor")?,
            api_key: columns::optional_id(row, "api_key")?,
            target_type: row.try_get("target_type")?,
            target_id: columns::id(row, "target_id")?,
            outcome: row.try_get("outcome")?,
            network: row.try_get("network")?,
            request_id: row.try_get("request_id")?,
            correlation_id: row.try_get("correlation_id")?,
            recorded_at: columns::timestamp(row, "recorded_at")?,
        })
    }
}

//! The webhooks of each workspace as they are now, and how the last deliveries to each went.

mod delivery;
mod project;
mod query;
mod save;

pub use delivery::{DELIVERIES_KEPT, DeliveryRow, Outcome};
pub use query::{deliveries, list};

use std::collections::BTreeSet;
use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::identity::webhook::{DisabledBecause, WebhookEvent};
use domain::identity::{Webhook, WebhookId, WorkspaceId};
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::columns;
use crate::runtime::{Key, Opened, ProjectFault, ReadModel};

pub struct Webhooks;

#[derive(Debug, Clone, PartialEq)]
pub struct WebhookRow {
    pub id: WebhookId,
    pub workspace: WorkspaceId,
    pub url: String,
    pub description: String,
    pub event_types: BTreeSet<String>,
    pub enabled: bool,
    pub disabled_because: Option<DisabledBecause>,
    pub previous_secret_until: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub revision: i64,
    pub position: i64,
}

impl ReadModel for Webhooks {
    const NAME: &'static str = "webhooks";
    const VERSION: i32 = 1;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Opened<WebhookEvent>;

    fn key(event: &Recorded) -> Option<Key> {
        (event.stream.aggregate == Webhook::TYPE).then_some(Key::Aggregate)
    }

    async fn open(sealer: &Sealer, event: Arc<Recorded>) -> Result<Self::Event, ReadFault> {
        Opened::read(sealer, event).await
    }

    async fn project(connection: &mut PgConnection, events: &[&Self::Event]) -> Result<(), ProjectFault> {
        project::project(connection, events).await
    }
}

/// What [`WebhookRow::from_row`] reads.
const COLUMNS: &str = "id, workspace, url, description, event_types, enabled, disabled_because, \
     previous_secret_until, created_at, updated_at, revision, position";

impl WebhookRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: columns::id(row, "id")?,
            workspace: columns::id(row, "workspace")?,
            url: row.try_get("url")?,
            description: row.try_get("description")?,
            event_types: row.try_get::<Vec<String>, _>("event_types")?.into_iter().collect(),
            enabled: row.try_get("enabled")?,
            disabled_because: disabled_because(row)?,
            previous_secret_until: columns::optional_timestamp(row, "previous_secret_until")?,
            created_at: columns::timestamp(row, "created_at")?,
            updated_at: columns::timestamp(row, "updated_at")?,
            revision: row.try_get("revision")?,
            position: row.try_get("position")?,
        })
    }
}

fn disabled_because(row: &PgRow) -> sqlx::Result<Option<DisabledBecause>> {
    match row.try_get::<Option<&str>, _>("disabled_because")? {
        None => Ok(None),
        Some("asked") => Ok(Some(DisabledBecause::Asked)),
        Some("gone") => Ok(Some(DisabledBecause::Gone)),
        Some(_) => Err(sqlx::Error::ColumnDecode {
            index: "disabled_because".into(),
            source: "no reason to be disabled".into(),
        }),
    }
}

fn reason_text(because: DisabledBecause) -> &'static str {
    match because {
        DisabledBecause::Asked => "asked",
        DisabledBecause::Gone => "gone",
    }
}

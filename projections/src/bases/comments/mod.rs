//! Which comments there are on each record. One that was deleted has no row, nor has any of a base that was, or of a tenant in which
//! everything has ended. What becomes of the record changes nothing: it may come back.

mod project;
mod query;
mod save;

pub use query::{counts, page};

use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::bases::comment::CommentEvent;
use domain::bases::ids::{CommentId, Kind, ModelId, RecordId, kinds};
use domain::bases::{Base, BaseKey, Comment, CommentKey};
use domain::identity::{Tenant, TenantId};
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::columns;
use crate::runtime::{Key, Opened, ProjectFault, ReadModel};

pub struct Comments;

#[derive(Debug, Clone, PartialEq)]
pub struct CommentRow {
    pub id: CommentKey,
    pub base: BaseKey,
    pub record: RecordId,
    pub comment: CommentId,
    /// The position of its first event: the order of comments.
    pub written: i64,
    pub version: i64,
    pub position: i64,
}

/// What concerns the comments of a tenant.
pub enum Concerning {
    One(Opened<CommentEvent>),
    BaseDeleted(TenantId, String),
    TenantEmptied(TenantId),
}

const BASE_DELETED: &str = "base.deleted";
const TENANT_EMPTIED: &str = "tenant.emptied";

impl ReadModel for Comments {
    const NAME: &'static str = "comments";
    const VERSION: i32 = 1;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Concerning;

    fn key(event: &Recorded) -> Option<Key> {
        match (&*event.stream.aggregate, event.event_type.as_str()) {
            (Comment::TYPE, _) | (Base::TYPE, BASE_DELETED) | (Tenant::TYPE, TENANT_EMPTIED) => {
                Some(Key::Aggregate)
            }
            _ => None,
        }
    }

    async fn open(sealer: &Sealer, event: Arc<Recorded>) -> Result<Self::Event, ReadFault> {
        let stream = &event.stream;
        match &*stream.aggregate {
            Base::TYPE => Ok(Concerning::BaseDeleted(stream.tenant.clone(), stream.id.as_str().to_owned())),
            Tenant::TYPE => Ok(Concerning::TenantEmptied(stream.tenant.clone())),
            _ => Opened::read(sealer, event).await.map(Concerning::One),
        }
    }

    async fn project(connection: &mut PgConnection, events: &[&Self::Event]) -> Result<(), ProjectFault> {
        project::project(connection, events).await
    }
}

/// What [`CommentRow::from_row`] reads.
const COLUMNS: &str = "id, base, record, comment, written, version, position";

impl CommentRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: columns::id(row, "id")?,
            base: columns::id(row, "base")?,
            record: model_id::<kinds::Record>(row, "record")?,
            comment: model_id::<kinds::Comment>(row, "comment")?,
            written: row.try_get("written")?,
            version: row.try_get("version")?,
            position: row.try_get("position")?,
        })
    }
}

fn model_id<K: Kind>(row: &PgRow, column: &str) -> sqlx::Result<ModelId<K>> {
    ModelId::parse(row.try_get(column)?)
        .map_err(|error| sqlx::Error::ColumnDecode { index: column.to_owned(), source: error.into() })
}

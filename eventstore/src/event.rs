//! An event as it lies in the log.

use domain::id::Id;
use domain::identity::{ApiKeyId, TenantId, WorkspaceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::postgres::PgRow;
use std::borrow::Cow;
use std::fmt;
use uuid::Uuid;

/// Marks the ids of streams of any aggregate.
pub struct Stream;
pub type StreamId = Id<Stream>;

/// The full name of a stream.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StreamName {
    pub tenant: TenantId,
    pub aggregate: Cow<'static, str>,
    pub id: StreamId,
}

impl fmt::Debug for StreamName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.tenant, self.aggregate, self.id)
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// Who, why and in which chain of causes. Packed into one column, because only code reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    pub event_id: Uuid,
    pub command_id: Uuid,
    pub actor: String,
    /// The API key with which the actor acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<ApiKeyId>,
    /// The command that began all this; left out when it is this event's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<Uuid>,
    /// The event that this command answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The request that brought the command, as its answer named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// From where it came: a network, never an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
}

impl Meta {
    pub fn correlation_id(&self) -> Uuid {
        self.correlation_id.unwrap_or(self.command_id)
    }
}

/// One event of the log. Personal fields of its payload are sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub position: i64,
    pub stream: StreamName,
    pub stream_no: i64,
    pub version: i64,
    pub recorded_at: Timestamp,
    pub schema_version: i16,
    pub scope: Option<WorkspaceId>,
    pub event_type: String,
    /// The bytes of `meta` as they were hashed.
    pub meta_text: String,
    /// The bytes of the payload as they were hashed.
    pub payload_text: String,
    pub digest: Vec<u8>,
}

/// Why a row of the log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("the metadata of event {position} cannot be read")]
    Meta { position: i64, source: serde_json::Error },
    #[error("the payload of event {position} ({event_type}) cannot be read")]
    Payload { position: i64, event_type: String, source: serde_json::Error },
    #[error("the catalog does not know {event_type} in version {schema_version} (event {position})")]
    Unknown { position: i64, event_type: String, schema_version: i16 },
    #[error("a state cannot be read")]
    State(#[source] serde_json::Error),
}

/// The columns that [`Recorded::from_row`] reads, of a table called `e`.
pub const COLUMNS: &str = "e.position, e.stream_no, e.seq, e.recorded_at, e.schema_version, e.tenant, e.scope, e.type, e.id, \
     e.event_type, e.meta::text as meta, e.payload::text as payload, e.digest";

impl Recorded {
    pub fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            position: row.try_get("position")?,
            stream: StreamName {
                tenant: id(row, "tenant")?,
                aggregate: Cow::Owned(row.try_get("type")?),
                id: id(row, "id")?,
            },
            stream_no: row.try_get("stream_no")?,
            version: row.try_get("seq")?,
            recorded_at: row.try_get::<jiff_sqlx::Timestamp, _>("recorded_at")?.to_jiff(),
            schema_version: row.try_get("schema_version")?,
            scope: row.try_get::<Option<String>, _>("scope")?.map(checked).transpose()?,
            event_type: row.try_get("event_type")?,
            meta_text: row.try_get("meta")?,
            payload_text: row.try_get("payload")?,
            digest: row.try_get("digest")?,
        })
    }

    pub fn meta(&self) -> Result<Meta, Unreadable> {
        serde_json::from_str(&self.meta_text)
            .map_err(|source| Unreadable::Meta { position: self.position, source })
    }
}

fn id<Kind>(row: &PgRow, column: &str) -> sqlx::Result<Id<Kind>> {
    checked(row.try_get::<String, _>(column)?)
}

fn checked<Kind>(text: String) -> sqlx::Result<Id<Kind>> {
    Id::new(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

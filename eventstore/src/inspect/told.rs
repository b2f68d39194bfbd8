//! An event as operators see it: as it lies in the log, what is sealed left sealed.

use domain::identity::{TenantId, WorkspaceId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::event::{Recorded, StreamId, Unreadable};

/// Fields are called as the API calls them.
#[derive(Debug, Serialize)]
pub struct EventTold {
    pub position: i64,
    pub id: Uuid,
    pub tenant: TenantId,
    pub workspace: Option<WorkspaceId>,
    pub aggregate: String,
    pub stream_id: StreamId,
    pub version: i64,
    #[serde(rename = "type")]
    pub event_type: String,
    pub schema_version: i16,
    pub recorded_at: Timestamp,
    pub actor: String,
    pub correlation_id: Uuid,
    pub causation_id: Option<Uuid>,
    pub command_id: Uuid,
    pub traceparent: Option<String>,
    /// In hexadecimal digits.
    pub digest: String,
    /// The payload, to the byte.
    pub data: Box<RawValue>,
}

impl EventTold {
    pub fn of(event: &Recorded) -> Result<Self, Unreadable> {
        let meta = event.meta()?;
        let unreadable = |source| Unreadable::Payload {
            position: event.position,
            event_type: event.event_type.clone(),
            source,
        };
        Ok(Self {
            position: event.position,
            id: meta.event_id,
            tenant: event.stream.tenant.clone(),
            workspace: event.scope.clone(),
            aggregate: event.stream.aggregate.to_string(),
            stream_id: event.stream.id.clone(),
            version: event.version,
            event_type: event.event_type.clone(),
            schema_version: event.schema_version,
            recorded_at: event.recorded_at,
            correlation_id: meta.correlation_id(),
            causation_id: meta.causation_id,
            command_id: meta.command_id,
            traceparent: meta.traceparent,
            actor: meta.actor,
            digest: event.digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            data: RawValue::from_string(event.payload_text.clone()).map_err(unreadable)?,
        })
    }

    pub fn stream(&self) -> String {
        format!("{}/{}", self.aggregate, self.stream_id)
    }
}

//! An event as people see it: personal data in plain, what was erased as null.

use domain::identity::{ApiKeyId, TenantId, WorkspaceId};
use eventstore::event::{Recorded, StreamId};
use eventstore::opened;
use eventstore::payload::ReadFault;
use eventstore::seal::{SealFault, Sealer};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::PositionToken;

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventShown {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    /// Where it lies in the log; `after` and `Last-Event-ID` take it.
    pub position: PositionToken,
    #[schema(value_type = String)]
    pub tenant: TenantId,
    /// The workspace that it belongs to, or null.
    #[schema(value_type = Option<String>, required = true)]
    pub workspace: Option<WorkspaceId>,
    /// What kind of thing it happened to.
    #[schema(example = "workspace")]
    pub aggregate: String,
    /// Which of them.
    #[schema(value_type = String)]
    pub stream_id: StreamId,
    /// Its place among the events of that thing.
    pub version: i64,
    #[serde(rename = "type")]
    #[schema(example = "workspace.renamed")]
    pub event_type: String,
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// The API key with which they did; left out where it was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub api_key: Option<ApiKeyId>,
    /// Shared by everything that one command brought about, near or far.
    #[schema(value_type = String, format = "uuid")]
    pub correlation_id: Uuid,
    /// The event that this one answers, or null.
    #[schema(value_type = Option<String>, format = "uuid", required = true)]
    pub causation_id: Option<Uuid>,
    #[schema(value_type = String, format = "uuid")]
    pub command_id: Uuid,
    /// Its fields, in the present version of its type; null when they cannot be read.
    #[schema(value_type = Option<Object>, required = true)]
    pub data: Option<Box<RawValue>>,
}

/// Opens an event. Nothing when not even its ids can be read, which is logged and would come back each time.
pub async fn show(
    sealer: &Sealer,
    incarnation: Uuid,
    event: &Recorded,
) -> Result<Option<EventShown>, sqlx::Error> {
    let meta = match event.meta() {
        Ok(meta) => meta,
        Err(error) => {
            tracing::error!(error = eventstore::chain_of(&error), "an event is left out");
            return Ok(None);
        }
    };
    Ok(Some(EventShown {
        id: meta.event_id,
        position: PositionToken { incarnation, position: event.position },
        tenant: event.stream.tenant.clone(),
        workspace: event.scope.clone(),
        aggregate: event.stream.aggregate.to_string(),
        stream_id: event.stream.id.clone(),
        version: event.version,
        event_type: event.event_type.clone(),
        recorded_at: event.recorded_at,
        correlation_id: meta.correlation_id(),
        causation_id: meta.causation_id,
        command_id: meta.command_id,
        actor: meta.actor,
        api_key: meta.api_key,
        data: data(sealer, event).await?,
    }))
}

async fn data(sealer: &Sealer, event: &Recorded) -> Result<Option<Box<RawValue>>, sqlx::Error> {
    match opened::fields(sealer, event).await {
        Ok(fields) => Ok(Some(fields)),
        // The keys of people cannot be reached at this moment.
        Err(ReadFault::Seal(SealFault::Database(error))) => Err(error),
        Err(fault) => {
            let position = event.position;
            tracing::error!(position, error = eventstore::chain_of(&fault), "an event cannot be opened");
            Ok(None)
        }
    }
}

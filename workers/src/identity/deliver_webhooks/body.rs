//! What a receiver is told: an event as CloudEvents 1.0 has it, in JSON.

use domain::identity::WorkspaceId;
use eventstore::event::{Recorded, Unreadable};
use eventstore::opened;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

/// Largest body, in bytes.
pub const BODY_BYTES_MAX: usize = 256 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum BodyFault {
    #[error(transparent)]
    Read(#[from] ReadFault),
    #[error("the event belongs to no workspace")]
    NoWorkspace,
    #[error("the body has {0} bytes, {BODY_BYTES_MAX} are allowed")]
    TooLarge(usize),
    #[error("the body cannot be written")]
    Json(#[from] serde_json::Error),
}

impl From<Unreadable> for BodyFault {
    fn from(fault: Unreadable) -> Self {
        Self::Read(fault.into())
    }
}

/// The attributes in the order in which they are written. The same event makes the same bytes.
#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'static str,
    id: Uuid,
    source: String,
    #[serde(rename = "type")]
    event_type: &'a str,
    subject: String,
    time: Timestamp,
    datacontenttype: &'static str,
    data: &'a RawValue,
}

/// The body for an event, with its fields in the present version of its type. What may be told at all, the catalog
/// says: nothing personal is.
pub async fn of(sealer: &Sealer, event: &Recorded) -> Result<Vec<u8>, BodyFault> {
    let fields = opened::fields(sealer, event).await?;
    write(event, &fields)
}

fn write(event: &Recorded, fields: &RawValue) -> Result<Vec<u8>, BodyFault> {
    let workspace = event.scope.as_ref().ok_or(BodyFault::NoWorkspace)?;
    let body = serde_json::to_vec(&CloudEvent {
        specversion: "1.0",
        id: event.meta()?.event_id,
        source: source(workspace),
        event_type: &event.event_type,
        subject: format!("{}/{}", event.stream.aggregate, event.stream.id),
        time: event.recorded_at,
        datacontenttype: "application/json",
        data: fields,
    })?;
    if body.len() > BODY_BYTES_MAX { Err(BodyFault::TooLarge(body.len())) } else { Ok(body) }
}

/// Where it happened, as the API names it. With it, an id is unique.
fn source(workspace: &WorkspaceId) -> String {
    format!("/v1/workspaces/{workspace}")
}

#[cfg(test)]
pub mod example {
    use domain::id::Id;
    use eventstore::event::{Recorded, StreamName};
    use uuid::Uuid;

    pub const EVENT_ID: Uuid = Uuid::from_u128(0x0198_a1b2_c3d4_7e5f_8a9b_0c1d_2e3f_4a5b);

    /// An event of a workspace.
    pub fn event(event_type: &str, payload: &str) -> Recorded {
        let aggregate = event_type.split('.').next().unwrap_or_default().to_owned();
        Recorded {
            position: 42,
            stream: StreamName {
                tenant: Id::new("ten_a").unwrap(),
                aggregate: aggregate.into(),
                id: Id::new("wsp_1").unwrap(),
            },
            stream_no: 1,
            version: 2,
            recorded_at: "2026-01-02T03:04:05Z".parse().unwrap(),
            schema_version: 1,
            scope: Some(Id::new("wsp_1").unwrap()),
            event_type: event_type.to_owned(),
            meta_text: format!(r#"{{"event_id":"{EVENT_ID}","command_id":"{EVENT_ID}","actor":"usr_ana"}}"#),
            payload_text: payload.to_owned(),
            digest: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::example::event;
    use super::*;

    fn body(event: &Recorded) -> Result<String, BodyFault> {
        let fields = RawValue::from_string(event.payload_text.clone()).unwrap();
        write(event, &fields).map(|body| String::from_utf8(body).unwrap())
    }

    #[test]
    fn an_event_is_told_as_cloudevents_has_it() {
        let told = body(&event("workspace.renamed", r#"{"name":"Orders"}"#)).unwrap();
        let expected = r#"{"specversion":"1.0","id":"0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b","source":"/v1/workspaces/wsp_1","type":"workspace.renamed","subject":"workspace/wsp_1","time":"2026-01-02T03:04:05Z","datacontenttype":"application/json","data":{"name":"Orders"}}"#;
        assert_eq!(told, expected);
    }

    #[test]
    fn who_did_it_and_whose_it_is_stay_in_the_house() {
        let told = body(&event("workspace.renamed", "{}")).unwrap();
        assert!(!told.contains("usr_ana") && !told.contains("ten_a"), "{told}");
    }

    #[test]
    fn a_body_is_bounded_and_of_a_workspace() {
        let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(BODY_BYTES_MAX));
        assert!(matches!(body(&event("workspace.renamed", &large)), Err(BodyFault::TooLarge(_))));
        let nowhere = Recorded { scope: None, ..event("workspace.renamed", "{}") };
        assert!(matches!(body(&nowhere), Err(BodyFault::NoWorkspace)));
    }
}

//! People and events for the tests of this context.

use std::sync::Arc;

use domain::id::Id;
use domain::identity::Role;
use domain::identity::membership::Details;
use eventstore::event::{Recorded, StreamName};
use jiff::Timestamp;
use uuid::Uuid;

use crate::access::{ActingSession, Principal};

pub fn id<Kind>(text: &str) -> Id<Kind> {
    Id::new(text).unwrap()
}

pub fn details(role: Role, workspaces: &[&str]) -> Details {
    Details { user: id("usr_ana"), role, workspaces: workspaces.iter().map(|name| id(name)).collect() }
}

/// Ana in the tenant `ten_a`.
pub fn principal(role: Role, workspaces: &[&str]) -> Principal {
    let session = ActingSession { id: id("ses_1"), with_code: false, by_cookie: false };
    Principal::new(id("ten_a"), session, Timestamp::MAX, Arc::new(details(role, workspaces)))
}

/// An event whose payload nobody reads; its stream is called after its workspace.
pub fn event(tenant: &str, event_type: &str, scope: Option<&str>, position: i64) -> Recorded {
    let (aggregate, _) = event_type.split_once('.').unwrap();
    Recorded {
        position,
        stream: StreamName {
            tenant: id(tenant),
            aggregate: aggregate.to_owned().into(),
            id: id(scope.unwrap_or("thing")),
        },
        stream_no: 1,
        version: position,
        recorded_at: Timestamp::UNIX_EPOCH,
        schema_version: 1,
        scope: scope.map(id),
        event_type: event_type.to_owned(),
        meta_text: format!(
            r#"{{"event_id":"{}","command_id":"{}","actor":"usr_ana"}}"#,
            Uuid::from_u128(position as u128),
            Uuid::from_u128(1_000 + position as u128)
        ),
        payload_text: r#"{"name":"Orders"}"#.to_owned(),
        digest: Vec::new(),
    }
}

/// Something that happened to Ana's own membership, at a version of it.
pub fn membership_event(event_type: &str, payload: &str, version: i64, position: i64) -> Recorded {
    let mut event = event("ten_a", event_type, None, position);
    event.stream.id = id("usr_ana");
    event.version = version;
    event.payload_text = payload.to_owned();
    event
}

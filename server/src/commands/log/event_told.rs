//! An event as a row of a table.

use eventstore::inspect::EventTold;

/// What the cells of a row are.
pub const TITLE: [&str; 7] = ["POSITION", "RECORDED AT", "TENANT", "STREAM", "VERSION", "TYPE", "ACTOR"];

pub fn row(event: &EventTold) -> [String; 7] {
    [
        event.position.to_string(),
        event.recorded_at.to_string(),
        event.tenant.to_string(),
        event.stream(),
        event.version.to_string(),
        event.event_type.clone(),
        event.actor.clone(),
    ]
}

//! What was asked of each base, and what the log tells of it in the words of the stand-in's journal.

use std::sync::{Mutex, PoisonError};

use domain::bases::BaseKey;
use domain::bases::base::BaseEvent;
use domain::bases::comment::CommentEvent;
use domain::bases::record::RecordEvent;
use domain::bases::schema::SchemaChange;
use eventstore::event::Recorded;
use eventstore::payload;
use eventstore::seal::Sealer;
use serde_json::{Value, json};

use super::passing::Asked;

#[derive(Default)]
pub struct Journal {
    /// Each with its base.
    entries: Mutex<Vec<(String, Value)>>,
}

impl Journal {
    pub fn note(&self, asked: &Asked, status: u16) {
        let (method, path) = (asked.method(), asked.path());
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let Some(base) = parts.iter().find(|part| part.starts_with("app")) else { return };
        let route = route(method, &parts);
        let entry =
            json!({ "method": method, "path": path, "route": route, "status": status, "effects": [] });
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.push(((*base).to_owned(), entry));
    }

    /// What was asked of a base before.
    pub fn forget(&self, base: &str) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|(of, _)| of != base);
    }

    pub fn of(&self, base: &str) -> Vec<Value> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().filter(|(of, _)| of == base).map(|(_, entry)| entry.clone()).collect()
    }
}

fn route(method: &str, parts: &[&str]) -> &'static str {
    match (method, parts) {
        ("GET", ["v0", _, _]) | ("POST", ["v0", _, _, "listRecords"]) => "records.list",
        ("GET", ["v0", _, _, _]) => "records.get",
        ("POST", ["v0", _, _]) => "records.create",
        ("PATCH", ["v0", _, _] | ["v0", _, _, _]) => "records.update",
        ("PUT", ["v0", _, _] | ["v0", _, _, _]) => "records.replace",
        ("DELETE", ["v0", _, _] | ["v0", _, _, _]) => "records.delete",
        _ => "other",
    }
}

/// What an event says that happened to a base.
pub async fn effects(sealer: &Sealer, base: &BaseKey, event: &Recorded) -> Vec<Value> {
    let unreadable = "an event that can be read";
    let told = match event.event_type.split('.').next() {
        Some("record") => of_record(&payload::read(sealer, event).await.expect(unreadable), base),
        Some("comment") => of_comment(&payload::read(sealer, event).await.expect(unreadable), base),
        Some("base") if event.stream.id.as_str() == base.as_str() => {
            of_schema(payload::read(sealer, event).await.expect(unreadable))
        }
        _ => Vec::new(),
    };
    told.into_iter().map(|(what, id)| json!({ "what": what, "id": id })).collect()
}

type Told = Vec<(&'static str, String)>;

fn of_record(event: &RecordEvent, base: &BaseKey) -> Told {
    use RecordEvent as E;
    let (what, address) = match event {
        E::Created { address, .. } | E::Restored { address, .. } => ("record.created", address),
        // Records at the other end of a link are told of by their links alone.
        E::Changed { address, changes, .. } => match changes.get() {
            Some(changes) if changes.cells.is_empty() => return Vec::new(),
            _ => ("record.updated", address),
        },
        E::Deleted { address, .. } => ("record.deleted", address),
        _ => return Vec::new(),
    };
    if address.base == *base { vec![(what, address.record.to_string())] } else { Vec::new() }
}

fn of_comment(event: &CommentEvent, base: &BaseKey) -> Told {
    use CommentEvent as E;
    let (what, address, comment) = match event {
        E::Written { address, comment, .. } => ("comment.created", address, comment),
        E::Edited { address, comment, .. } => ("comment.updated", address, comment),
        E::Deleted { address, comment } => ("comment.deleted", address, comment),
    };
    if address.base == *base { vec![(what, comment.to_string())] } else { Vec::new() }
}

fn of_schema(event: BaseEvent) -> Told {
    use SchemaChange as C;
    let BaseEvent::SchemaChanged { changes } = event else { return Vec::new() };
    let told = changes.into_iter().filter_map(|change| match change {
        C::TableCreated { table } => Some(("table.created", table.id.to_string())),
        C::TableDescribed { table, .. } => Some(("table.updated", table.to_string())),
        C::FieldCreated { field, .. } => Some(("field.created", field.id.to_string())),
        C::FieldDescribed { field, .. } => Some(("field.updated", field.to_string())),
        _ => None,
    });
    told.collect()
}

//! The payload of an event: its fields alone. The type's name is a column, so it is not stored twice.

use cqrs_es::DomainEvent;
use serde_json::Value;

use crate::catalog;
use crate::event::{Recorded, Unreadable};
use crate::seal::{Place, SealFault, Sealer};

/// Why an event of the log could not be turned into an event of the domain.
#[derive(Debug, thiserror::Error)]
pub enum ReadFault {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Seal(#[from] SealFault),
}

/// Takes the fields out of `{"<type>":{…}}`, the way serde writes an event.
pub fn unwrap_type(event_type: &str, mut written: String) -> Option<String> {
    let fields =
        written.strip_prefix("{\"")?.strip_prefix(event_type)?.strip_prefix("\":")?.strip_suffix('}')?;
    if !fields.starts_with('{') {
        return None;
    }
    let begins_at = written.len() - fields.len() - 1;
    written.truncate(written.len() - 1);
    written.drain(..begins_at);
    Some(written)
}

/// Puts the type's name back around the fields.
pub fn wrap_type(event_type: &str, fields: &str) -> String {
    format!("{{\"{event_type}\":{fields}}}")
}

/// Reads an event of the log, brought up to the present version of its type.
pub async fn read<E: DomainEvent>(sealer: &Sealer, event: &Recorded) -> Result<E, ReadFault> {
    let fields = present_fields(event)?;
    let place = Place::Event(event.meta()?.event_id);
    let wrapped = wrap_type(&event.event_type, &fields);
    sealer.read(&place, &wrapped).await.map_err(|fault| event_fault(event, fault))
}

/// A fault of opening, said of the event that it concerns.
pub(crate) fn event_fault(event: &Recorded, fault: SealFault) -> ReadFault {
    match fault {
        SealFault::Json(source) => ReadFault::Unreadable(Unreadable::Payload {
            position: event.position,
            event_type: event.event_type.clone(),
            source,
        }),
        other => ReadFault::Seal(other),
    }
}

/// The fields of an event in the present version of its type.
pub fn present_fields(event: &Recorded) -> Result<String, Unreadable> {
    let unknown = || Unreadable::Unknown {
        position: event.position,
        event_type: event.event_type.clone(),
        schema_version: event.schema_version,
    };
    let unreadable = |source| Unreadable::Payload {
        position: event.position,
        event_type: event.event_type.clone(),
        source,
    };
    let known = catalog::find(&event.event_type).ok_or_else(unknown)?;
    let steps = known.upcasters_from(event.schema_version).ok_or_else(unknown)?;
    if steps.is_empty() {
        return Ok(event.payload_text.clone());
    }
    let fields: Value = serde_json::from_str(&event.payload_text).map_err(unreadable)?;
    let fields = steps.iter().fold(fields, |fields, upcast| upcast(fields));
    Ok(fields.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_comes_off_and_goes_back_on() {
        let written = r#"{"workspace.archived":{}}"#;
        let fields = unwrap_type("workspace.archived", written.to_owned()).unwrap();
        assert_eq!(fields, "{}");
        assert_eq!(wrap_type("workspace.archived", &fields), written);
    }

    #[test]
    fn an_event_without_fields_of_its_own_is_not_stored() {
        assert_eq!(unwrap_type("workspace.archived", r#""workspace.archived""#.into()), None);
        assert_eq!(unwrap_type("a", r#"{"a":[1]}"#.into()), None);
    }
}

//! Events of a base and of its records, as those who follow the base are told of them: where it happened and what the cells hold now.

use std::collections::BTreeMap;

use domain::bases::cells::{Collaborator, keep_anywhere};
use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::record::{Address, CellChanges, Content, LinkChange, Source};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::shown::EventShown;
use crate::http::PositionToken;

/// What has changed in a base.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeShown {
    /// Where it lies in the log; `after`, `Last-Event-ID` and `wait_for` take it.
    pub position: PositionToken,
    /// Of a record: `created`, `restored`, `changed`, `deleted`. Of the base: `schema_changed`, `renamed`, `deleted`.
    #[schema(example = "changed")]
    pub kind: String,
    /// Null where it is about the base as a whole.
    #[schema(value_type = Option<String>, required = true)]
    pub table: Option<TableId>,
    #[schema(value_type = Option<String>, required = true)]
    pub record: Option<RecordId>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// Whoever did it in Airtable, or with an API as Airtable's: `id`, `email`, `name`, as far as they are known.
    #[schema(value_type = Option<Object>, required = true)]
    pub by: Option<Collaborator>,
    /// Which way it came: `api`, `airtable`, `workflow`, `model`, `import`. Null of the base.
    #[schema(value_type = Option<String>, required = true)]
    pub source: Option<Source>,
    /// By the ids of fields: what the cells that were written hold now, null where they are empty, choices by their ids. Null
    /// where nothing was written, or where it was erased.
    #[schema(value_type = Option<Object>, required = true)]
    pub cells: Option<BTreeMap<FieldId, Value>>,
    /// By the ids of fields: which records are no longer linked, and which are now.
    #[schema(value_type = Object)]
    pub links: BTreeMap<FieldId, Links>,
    /// Of the base: what the event says.
    #[schema(value_type = Option<Object>, required = true)]
    pub data: Option<Box<RawValue>>,
}

#[derive(Debug, Serialize)]
pub struct Links {
    removed: Vec<RecordId>,
    added: Vec<RecordId>,
}

/// An event of a record, with what was sealed in plain, or null.
#[derive(Deserialize)]
struct OfRecord {
    address: Address,
    source: Source,
    at: Timestamp,
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    changes: Option<CellChanges>,
    #[serde(default)]
    by: Option<Collaborator>,
    #[serde(default)]
    links: Vec<LinkChange>,
}

pub fn told(event: EventShown) -> serde_json::Result<ChangeShown> {
    let kind = event.event_type.split_once('.').map_or("", |(_, kind)| kind).to_owned();
    let change = ChangeShown {
        position: event.position,
        kind,
        table: None,
        record: None,
        at: event.recorded_at,
        actor: event.actor,
        by: None,
        source: None,
        cells: None,
        links: BTreeMap::new(),
        data: None,
    };
    match event.data {
        Some(data) if event.aggregate == "record" => Ok(of_record(change, serde_json::from_str(data.get())?)),
        data => Ok(ChangeShown { data, ..change }),
    }
}

fn of_record(change: ChangeShown, event: OfRecord) -> ChangeShown {
    let OfRecord { address, source, at, content, changes, by, links } = event;
    let (by_content, by_changes) = (
        content.as_ref().and_then(|content| content.by.clone()),
        changes.as_ref().and_then(|changes| changes.by.clone()),
    );
    let filled = content.map(|content| {
        let cells = content.cells.into_iter().map(|(field, value)| (field, keep_anywhere(&value)));
        cells.map(|(field, value)| (field, value.unwrap_or_default())).collect()
    });
    let changed = changes.map(|changes| {
        let cells = changes.cells.into_iter().map(|cell| (cell.field, cell.after));
        cells
            .map(|(field, value)| (field, value.as_ref().and_then(keep_anywhere).unwrap_or_default()))
            .collect()
    });
    let links =
        links.into_iter().map(|LinkChange { field, removed, added }| (field, Links { removed, added }));
    ChangeShown {
        table: Some(address.table),
        record: Some(address.record),
        at,
        by: by.or(by_content).or(by_changes),
        source: Some(source),
        cells: filled.or(changed),
        links: links.collect(),
        ..change
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn shown(event_type: &str, data: &str) -> EventShown {
        let position = PositionToken { incarnation: Uuid::nil(), position: 7 };
        EventShown {
            id: Uuid::nil(),
            position,
            tenant: crate::events::example::id("ten_a"),
            workspace: None,
            aggregate: event_type.split_once('.').unwrap().0.to_owned(),
            stream_id: crate::events::example::id("thing"),
            version: 1,
            event_type: event_type.to_owned(),
            recorded_at: Timestamp::UNIX_EPOCH,
            actor: "usr_ana".to_owned(),
            api_key: None,
            correlation_id: Uuid::nil(),
            causation_id: None,
            command_id: Uuid::nil(),
            data: Some(RawValue::from_string(data.to_owned()).unwrap()),
        }
    }

    fn said(event_type: &str, data: &str) -> Value {
        serde_json::to_value(told(shown(event_type, data)).unwrap()).unwrap()
    }

    const ADDRESS: &str = r#""address":{"base":"bas_1","table":"tblClients0000000","record":"recAcme0000000000"},"source":"airtable","at":"2024-01-31T08:00:00Z""#;

    #[test]
    fn a_change_tells_what_cells_hold_now() {
        let changes = r#"{"by":{"id":"usrAna"},"cells":[{"field":"fldName0000000000","before":{"text":"A"},"after":null},
            {"field":"fldStatus00000000","before":null,"after":{"choice":"selOpen0000000000"}}]}"#;
        let links = r#"[{"field":"fldInvoices000000","removed":[],"added":["recInvoice0000002"]}]"#;
        let told = said("record.changed", &format!(r#"{{{ADDRESS},"changes":{changes},"links":{links}}}"#));
        let cells = json!({ "fldName0000000000": null, "fldStatus00000000": "selOpen0000000000" });
        assert_eq!((&told["kind"], &told["cells"]), (&json!("changed"), &cells));
        assert_eq!(
            (&told["table"], &told["record"]),
            (&json!("tblClients0000000"), &json!("recAcme0000000000"))
        );
        assert_eq!(
            told["links"],
            json!({ "fldInvoices000000": { "removed": [], "added": ["recInvoice0000002"] } })
        );
        assert_eq!((&told["by"]["id"], &told["source"]), (&json!("usrAna"), &json!("airtable")));
    }

    #[test]
    fn what_was_erased_is_null() {
        let told = said("record.created", &format!(r#"{{{ADDRESS},"content":null,"links":[]}}"#));
        assert_eq!((&told["kind"], &told["cells"]), (&json!("created"), &Value::Null));
    }

    #[test]
    fn of_the_base_the_event_itself_is_told() {
        let told = said("base.renamed", r#"{"name":"Company"}"#);
        assert_eq!((&told["kind"], &told["data"]), (&json!("renamed"), &json!({ "name": "Company" })));
        assert_eq!((&told["table"], &told["record"]), (&Value::Null, &Value::Null));
    }
}

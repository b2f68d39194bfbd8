//! What is told of tables and their fields.

use domain::bases::ids::TableId;
use serde_json::{Map, Value, json};

use super::{Part, Told, further, records};
use crate::airtable::webhooks::specification::{ChangeType, DataType, Topic};
use crate::airtable::webhooks::{Both, ChangedTable, CreatedTable, FieldSaid, Happening, Specification};

const METADATA_MADE: Topic = (DataType::Metadata, ChangeType::Add);
const METADATA_CHANGED: Topic = (DataType::Metadata, ChangeType::Update);
const FIELD_MADE: Topic = (DataType::Fields, ChangeType::Add);
const FIELD_CHANGED: Topic = (DataType::Fields, ChangeType::Update);
const FIELD_GONE: Topic = (DataType::Fields, ChangeType::Remove);

pub fn changed(told: &mut Told, asked: &Specification, id: TableId, table: &ChangedTable) {
    let at = ["changedTablesById", id.as_str()];
    if let Some(metadata) = table.metadata.as_ref().filter(|_| asked.asks(METADATA_CHANGED)) {
        told.schema.push(Part::set(&further(&at, &["changedMetadata"]), json!(metadata)));
    }
    for (field, said) in table.created_fields.iter().filter(|_| asked.asks(FIELD_MADE)) {
        if asked.watches_schema_of(*field) {
            told.schema.push(Part::set(&further(&at, &["createdFieldsById", field.as_str()]), json!(said)));
        }
    }
    for (field, both) in table.changed_fields.iter().filter(|_| asked.asks(FIELD_CHANGED)) {
        if asked.watches_schema_of(*field) {
            let said = changed_field(both, asked.previous_fields);
            told.schema.push(Part::set(&further(&at, &["changedFieldsById", field.as_str()]), said));
        }
    }
    for field in table.destroyed_fields.iter().filter(|_| asked.asks(FIELD_GONE)) {
        if asked.watches_schema_of(*field) {
            told.schema.push(Part::listed(&further(&at, &["destroyedFieldIds"]), json!(field)));
        }
    }
}

/// Only what differs. Unsettled: a field of which only the options changed is told with its type.
fn changed_field(both: &Both<FieldSaid>, with_previous: bool) -> Value {
    let (current, previous) = (&both.current, &both.previous);
    let renamed = current.name != previous.name;
    let definition = |said: &FieldSaid| {
        let mut definition = Map::new();
        if renamed {
            definition.insert("name".into(), json!(said.name));
        }
        if !renamed || current.kind != previous.kind {
            definition.insert("type".into(), json!(said.kind));
        }
        definition
    };
    match with_previous {
        true => json!({ "current": definition(current), "previous": definition(previous) }),
        false => json!({ "current": definition(current) }),
    }
}

/// Unsettled: each kind of data is told its own of a new table, and the other parts are left out.
pub fn created(told: &mut Told, asked: &Specification, id: TableId, table: &CreatedTable) {
    let at = ["createdTablesById", id.as_str()];
    if asked.asks(METADATA_MADE) {
        told.schema.push(Part::set(&further(&at, &["metadata"]), json!(table.metadata)));
    }
    if asked.asks(FIELD_MADE) {
        told.schema.push(Part::set(&further(&at, &["fieldsById"]), json!(table.fields)));
    }
    if asked.asks(records::MADE) {
        told.schema.push(Part::set(&further(&at, &["recordsById"]), json!({})));
        for (record, made) in &table.records {
            let said = records::created(asked, made);
            told.records.push(Part::set(&further(&at, &["recordsById", record.as_str()]), said));
        }
    }
}

/// Unsettled: whatever kind of data one asks for, a table that goes is told.
pub fn destroyed(told: &mut Told, asked: &Specification, happening: &Happening) {
    if asked.asks_for_change(ChangeType::Remove) {
        let ids = happening.destroyed_tables.keys();
        told.schema.extend(ids.map(|id| Part::listed(&["destroyedTableIds"], json!(id))));
    }
}

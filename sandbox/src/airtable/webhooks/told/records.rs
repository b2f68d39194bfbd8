//! What is told of records and their cells.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::cells::write_moment;
use domain::bases::ids::{FieldId, RecordId, TableId};
use serde_json::{Map, Value, json};

use super::{Part, Told, further};
use crate::airtable::webhooks::specification::{ChangeType, DataType, Scope, Topic};
use crate::airtable::webhooks::{ChangedRecord, ChangedTable, CreatedRecord, Specification};

pub const MADE: Topic = (DataType::Data, ChangeType::Add);
const CHANGED: Topic = (DataType::Data, ChangeType::Update);
const GONE: Topic = (DataType::Data, ChangeType::Remove);

pub fn changed(told: &mut Told, asked: &Specification, id: TableId, table: &ChangedTable) {
    let scope = asked.scope();
    let (way, seen) = (way(&scope, &id), Seen::by(&scope, table));
    let comes_and_goes = asked.watches_records_of(id);
    for (record, made) in seen.created.iter().filter(|_| comes_and_goes && asked.asks(MADE)) {
        let way = further(&way, &["createdRecordsById", record.as_str()]);
        told.records.push(Part::set(&way, created(asked, made)));
    }
    let is_seen = |record: &RecordId| seen.among.is_none_or(|among| among.contains(record));
    let changed = table.changed_records.iter().filter(|(record, _)| is_seen(record));
    for (record, changed) in changed.filter(|_| asked.asks(CHANGED)) {
        if let Some(said) = changed_record(asked, changed) {
            let way = further(&way, &["changedRecordsById", record.as_str()]);
            told.records.push(Part::set(&way, said));
        }
    }
    for record in seen.destroyed.iter().filter(|_| comes_and_goes && asked.asks(GONE)) {
        told.records.push(Part::listed(&further(&way, &["destroyedRecordIds"]), json!(record)));
    }
}

/// The records of a table as a scope sees them: what enters a view is made there, and what leaves it is gone.
struct Seen<'a> {
    created: &'a BTreeMap<RecordId, CreatedRecord>,
    destroyed: &'a BTreeSet<RecordId>,
    /// Where changes are seen; nothing for everywhere.
    among: Option<&'a BTreeSet<RecordId>>,
}

impl<'a> Seen<'a> {
    fn by(scope: &Scope, table: &'a ChangedTable) -> Self {
        let sight = match scope {
            Scope::View { view, .. } => table.sights.get(view),
            Scope::Base | Scope::Table(_) => None,
        };
        match sight {
            Some(sight) => {
                Self { created: &sight.entered, destroyed: &sight.left, among: Some(&sight.stayed) }
            }
            None => {
                Self { created: &table.created_records, destroyed: &table.destroyed_records, among: None }
            }
        }
    }
}

/// Unsettled: to whom a view is the scope, records are told under the view and not under the table as well.
fn way<'a>(scope: &'a Scope, table: &'a TableId) -> Vec<&'a str> {
    let mut way = vec!["changedTablesById", table.as_str()];
    if let Scope::View { view, .. } = scope {
        way.extend(["changedViewsById", view.as_str()]);
    }
    way
}

/// Empty cells are left out.
pub fn created(asked: &Specification, record: &CreatedRecord) -> Value {
    let cells = record.cells.iter().filter(|(field, _)| is_told(asked, **field));
    let cells: Map<String, Value> = cells.map(|(field, said)| (field.to_string(), said.clone())).collect();
    json!({ "createdTime": write_moment(record.at), "cellValuesByFieldId": cells })
}

/// Nothing when no watched cell changed.
fn changed_record(asked: &Specification, record: &ChangedRecord) -> Option<Value> {
    if !record.changed.keys().any(|field| asked.watches_data_in(*field)) {
        return None;
    }
    let (mut current, mut previous) = (Map::new(), Map::new());
    for (field, cell) in record.changed.iter().filter(|(field, _)| is_told(asked, **field)) {
        current.insert(field.to_string(), emptied(&cell.current));
        previous.insert(field.to_string(), emptied(&cell.previous));
    }
    let included = record.unchanged.iter().filter(|(field, _)| asked.includes(**field));
    let unchanged: Map<_, _> = included.map(|(field, said)| (field.to_string(), said.clone())).collect();
    let mut said = Map::new();
    said.insert("current".into(), cells(current));
    if asked.previous_cells {
        said.insert("previous".into(), cells(previous));
    }
    if !unchanged.is_empty() {
        said.insert("unchanged".into(), cells(unchanged));
    }
    Some(Value::Object(said))
}

fn cells(cells: Map<String, Value>) -> Value {
    json!({ "cellValuesByFieldId": cells })
}

/// Unsettled: a cell that is empty now, or was before, is `null` where it changed.
fn emptied(cell: &Option<Value>) -> Value {
    cell.clone().unwrap_or(Value::Null)
}

/// Unsettled: of a new record, and of one that changed, the cells that are watched are told and those that are included.
fn is_told(asked: &Specification, field: FieldId) -> bool {
    asked.watches_data_in(field) || asked.includes(field)
}

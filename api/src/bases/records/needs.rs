//! What has to be at hand before a write can be planned: the records it is of, and those that its values name.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::cells::parted;
use domain::bases::ids::{RecordId, TableId};
use domain::bases::schema::{Field, FieldType, Table};
use domain::bases::table::Fields;
use projections::bases::records::{Wanted, Window};
use serde_json::{Map, Value, json};

use super::Asked;

#[derive(Debug, Default)]
struct Needs {
    records: BTreeSet<RecordId>,
    /// What linked records are called, by their tables.
    names: BTreeMap<TableId, BTreeSet<String>>,
}

pub async fn fetch(
    window: &mut Window<'_>,
    table: &Table,
    typecast: bool,
    asked: &Asked,
) -> sqlx::Result<()> {
    let mut needs = Needs::default();
    needs.records.extend(asked.ids().filter_map(|id| RecordId::parse(id).ok()));
    for fields in asked.rows() {
        needs.of_row(table, typecast, fields);
    }
    window.fetch(needs.records).await?;
    for (table, names) in needs.names {
        let names: Vec<_> = names.into_iter().collect();
        window.fetch_called(table, &names).await?;
    }
    if let Asked::Upsert { merge_on, rows, .. } = asked {
        let rows = rows.iter().filter(|(id, _)| id.is_none()).map(|(_, fields)| fields);
        fetch_matches(window, table, merge_on, rows).await?;
    }
    Ok(())
}

/// The records that the rows of an upsert may be for.
async fn fetch_matches(
    window: &mut Window<'_>,
    table: &Table,
    merge_on: &[String],
    rows: impl Iterator<Item = &Fields>,
) -> sqlx::Result<()> {
    for fields in rows {
        let cells = narrowing(table, merge_on, fields);
        if cells.is_empty() {
            window.fetch_selected(table.id, None, Wanted::All).await?;
            return Ok(());
        }
        window.fetch_holding(table.id, &cells).await?;
    }
    Ok(())
}

/// Cells that a match must have: those whose values are kept as they are given.
fn narrowing(table: &Table, merge_on: &[String], fields: &Fields) -> Map<String, Value> {
    let mut cells = Map::new();
    for field in merge_on.iter().filter_map(|called| table.field_called(called).ok()) {
        let given = fields
            .iter()
            .rev()
            .find(|(called, _)| table.field_called(called).is_ok_and(|named| named.id == field.id));
        if let Some(value) = given.and_then(|(_, value)| kept_as_given(field, value)) {
            cells.insert(field.id.to_string(), value);
        }
    }
    cells
}

fn kept_as_given(field: &Field, value: &Value) -> Option<Value> {
    use FieldType as F;
    let text = value.as_str().filter(|text| !text.is_empty())?;
    match &field.kind {
        F::SingleLineText | F::Email | F::Url | F::PhoneNumber => Some(json!(text)),
        F::SingleSelect(options) => options.named(text).map(|choice| json!(choice.id)),
        _ => None,
    }
}

impl Needs {
    fn of_row(&mut self, table: &Table, typecast: bool, fields: &Fields) {
        for (called, value) in fields {
            let Ok(field) = table.field_called(called) else { continue };
            let FieldType::MultipleRecordLinks(link) = &field.kind else { continue };
            let texts: Vec<&str> = match value {
                Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
                Value::String(text) if typecast => parted(text).collect(),
                _ => continue,
            };
            for text in texts {
                match RecordId::parse(text) {
                    Ok(record) => drop(self.records.insert(record)),
                    Err(_) => {
                        let names = self.names.entry(link.linked_table_id).or_default();
                        names.insert(text.trim().to_owned());
                    }
                }
            }
        }
    }
}

//! What a file changes in its table.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::cells::{Names, shown};
use domain::bases::errors::ApiError;
use domain::bases::ids::{RecordId, TableId};
use domain::bases::schema::{Field, Table};
use domain::bases::table::{Change, Edit, Fields, RECORDS_MAX, Tables, Verb};
use serde_json::Value;

use crate::airtable::edge::Call;
use crate::airtable::world::Held;

/// What the rows of a file come to.
#[derive(Default)]
struct Sorted {
    new: Vec<Fields>,
    changed: Vec<(String, Fields)>,
    missing: Vec<RecordId>,
}

/// The first row names the columns.
pub fn planned(call: &Call<'_>, held: &Held, table: &str, rows: &[Vec<String>]) -> Result<Edit, ApiError> {
    let table = held.table(table)?;
    let (header, rows) = rows.split_first().ok_or(ApiError::InvalidRequest)?;
    let columns: Vec<&Field> =
        header.iter().map(|name| table.field_called(name.trim())).collect::<Result<_, _>>()?;
    each_once(columns.iter().map(|field| field.id))?;
    let sorted = sorted(&held.tables, table, &columns, rows)?;
    Ok(Edit { stamp: call.stamp(), changes: changes(call, held.tables.clone(), table.id, &sorted)? })
}

/// Unsettled: that values are compared as texts, and how a file is refused that names a record twice or not at all.
fn sorted(
    tables: &Tables,
    table: &Table,
    columns: &[&Field],
    rows: &[Vec<String>],
) -> Result<Sorted, ApiError> {
    let key = columns.first().ok_or(ApiError::InvalidRequest)?;
    let keys = rows.iter().map(|row| row.first().map_or("", |key| key.trim()));
    each_once(keys.clone())?;
    let mut left = by_key(tables, table.id, key);
    let mut sorted = Sorted::default();
    for (key, row) in keys.zip(rows) {
        if key.is_empty() {
            return Err(ApiError::InvalidRequest);
        }
        let fields = fields(columns, row);
        match left.remove(key) {
            Some(record) => sorted.changed.push((record.to_string(), fields)),
            None => sorted.new.push(fields),
        }
    }
    let kept: BTreeSet<&str> = sorted.changed.iter().map(|(id, _)| id.as_str()).collect();
    let ids = tables.records(table.id).map(|record| record.id);
    sorted.missing = ids.filter(|id| !kept.contains(id.as_str())).collect();
    Ok(sorted)
}

/// Ten at a time, each ten upon those before; the tables given are a draft.
fn changes(
    call: &Call<'_>,
    mut draft: Tables,
    table: TableId,
    sorted: &Sorted,
) -> Result<Vec<Change>, ApiError> {
    let mut changes = Vec::new();
    let mut carry_out = |draft: &mut Tables, edit: Edit| {
        draft.apply(&edit);
        changes.extend(edit.changes);
    };
    let batch = || call.batch(table, true);
    for ids in sorted.missing.chunks(RECORDS_MAX) {
        let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
        let edit = draft.plan_delete(batch(), &ids)?.edit;
        carry_out(&mut draft, edit);
    }
    for rows in sorted.changed.chunks(RECORDS_MAX) {
        let edit = draft.plan_update(batch(), Verb::Patch, rows)?.edit;
        carry_out(&mut draft, edit);
    }
    for rows in sorted.new.chunks(RECORDS_MAX) {
        let edit = draft.plan_create(batch(), rows)?.edit;
        carry_out(&mut draft, edit);
    }
    Ok(changes)
}

/// Of several records with the same value, the first counts.
fn by_key(tables: &Tables, table: TableId, key: &Field) -> BTreeMap<String, RecordId> {
    let mut found = BTreeMap::new();
    for record in tables.records(table) {
        if let Some(value) = record.cells.get(&key.id) {
            found.entry(shown(&key.kind, value, &Nameless).trim().to_owned()).or_insert(record.id);
        }
    }
    found
}

/// What is empty clears its cell; columns that a row does not reach are empty in it.
fn fields(columns: &[&Field], row: &[String]) -> Fields {
    let cells = row.iter().map(String::as_str).chain(std::iter::repeat(""));
    let value = |cell: &str| if cell.is_empty() { Value::Null } else { Value::String(cell.into()) };
    columns.iter().zip(cells).map(|(field, cell)| (field.id.to_string(), value(cell))).collect()
}

fn each_once<T: Ord>(mut given: impl Iterator<Item = T>) -> Result<(), ApiError> {
    let mut seen = BTreeSet::new();
    if given.all(|one| seen.insert(one)) { Ok(()) } else { Err(ApiError::InvalidRequest) }
}

/// Links are no keys.
struct Nameless;

impl Names for Nameless {
    fn record(&self, _: RecordId) -> String {
        String::new()
    }
}

//! A base of a seed as tables: its schema made complete, its records made and then filled.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::cells::Collaborator;
use domain::bases::ids::{FieldId, TableId, UserId};
use domain::bases::schema::{Base, Field};
use domain::bases::table::{Change, Edit, Stamp, Tables};
use jiff::Timestamp;

use super::{SeedBase, SeedError, SeedRecord};

/// `people` are whom cells may name, `now` is when a base was made that says nothing of it.
pub fn tables(seed: &SeedBase, people: &[Collaborator], now: Timestamp) -> Result<Tables, SeedError> {
    let created = seed.created_time.unwrap_or(now);
    let mut tables = Tables::new(schema(seed)?, people.to_vec());
    for table in &seed.tables {
        make(&mut tables, table.table.id, &table.records, created, people)?;
    }
    for table in &seed.tables {
        for record in &table.records {
            fill(&mut tables, table.table.id, record, created, people)?;
        }
    }
    Ok(tables)
}

fn schema(seed: &SeedBase) -> Result<Base, SeedError> {
    let tables = seed.tables.iter().map(|table| table.table.clone()).collect();
    let mut base = Base { id: seed.id, name: seed.name.clone(), tables };
    base.complete_all().map_err(|error| SeedError::Unsound { base: seed.id, error })?;
    base.validate().map_err(|error| SeedError::Unsound { base: seed.id, error })?;
    Ok(base)
}

/// Records are there before any is linked.
fn make(
    tables: &mut Tables,
    table: TableId,
    records: &[SeedRecord],
    base_created: Timestamp,
    people: &[Collaborator],
) -> Result<(), SeedError> {
    let mut seen = BTreeSet::new();
    for (place, record) in records.iter().enumerate() {
        let number = record.number.unwrap_or(place as u64 + 1);
        if !seen.insert(record.id) || tables.table_of(record.id).is_some() {
            return Err(SeedError::Twice { record: record.id.to_string() });
        }
        let created = Change::RecordCreated { table, record: record.id, number };
        let stamp = stamp(record.created_time.unwrap_or(base_created), record.created_by, people);
        tables.apply(&Edit { stamp, changes: vec![created] });
    }
    Ok(())
}

fn fill(
    tables: &mut Tables,
    table: TableId,
    record: &SeedRecord,
    base_created: Timestamp,
    people: &[Collaborator],
) -> Result<(), SeedError> {
    let Some(made) = tables.record(table, record.id) else { return Ok(()) };
    // It is made once more with its cells, since those that a record is made with are no edits of it.
    let mut first = vec![Change::RecordCreated { table, record: record.id, number: made.number }];
    let mut later = edited(tables, table, record)?;
    for (called, value) in &record.fields {
        let field = field(tables, table, record, called)?.clone();
        let change = tables.observed(table, record.id, &field, value).map_err(|_| {
            SeedError::UnreadableCell { record: record.id.to_string(), field: called.clone() }
        })?;
        let Some(change) = change else { continue };
        match later.get_mut(&field.id) {
            Some(edit) => *edit = change,
            None => first.push(change),
        }
    }
    let creation = stamp(record.created_time.unwrap_or(base_created), record.created_by, people);
    tables.apply(&Edit { stamp: creation, changes: first });
    for (edit, change) in record.edited.values().zip(later.into_values()) {
        tables.apply(&Edit { stamp: stamp(edit.at, edit.by, people), changes: vec![change] });
    }
    Ok(())
}

/// What edits come to where the record says no more: the cell was cleared, or its links are known from their other side and
/// stay.
fn edited(
    tables: &Tables,
    table: TableId,
    record: &SeedRecord,
) -> Result<BTreeMap<FieldId, Change>, SeedError> {
    let cleared = |id: &FieldId| {
        let field = field(tables, table, record, id.as_str())?.id;
        Ok((field, Change::CellSet { table, record: record.id, field, value: None }))
    };
    record.edited.keys().map(cleared).collect()
}

fn field<'a>(
    tables: &'a Tables,
    table: TableId,
    record: &SeedRecord,
    called: &str,
) -> Result<&'a Field, SeedError> {
    let found = tables.base().table(table).and_then(|table| table.field_called(called).ok());
    found.ok_or_else(|| SeedError::UnknownField { record: record.id.to_string(), field: called.to_owned() })
}

fn stamp(at: Timestamp, by: Option<UserId>, people: &[Collaborator]) -> Stamp {
    let by = by.and_then(|by| people.iter().find(|one| one.id == by.as_str()).cloned());
    Stamp { at, by }
}

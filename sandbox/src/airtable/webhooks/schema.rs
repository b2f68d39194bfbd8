//! What a change of the schema did: the base before and after are compared, so that every way to change one is told alike.
//! Unsettled: that a field of another type does not tell its cells anew.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::schema::{Base, Field, Table};
use domain::bases::table::Tables;
use jiff::Timestamp;
use serde_json::Value;

use super::cells::Showing;
use super::listening::Listening;
use super::sights::Sights;
use super::{Both, ChangedTable, CreatedTable, DestroyedTable, FieldSaid, Happening, Metadata, Origin};

/// The schema before a change, and what views showed.
pub struct BeforeSchema<'a> {
    base: Base,
    at: Timestamp,
    listening: Listening<'a>,
    sights: Sights,
}

impl<'a> BeforeSchema<'a> {
    pub fn of(tables: &Tables, listening: Listening<'a>, at: Timestamp) -> Self {
        let sights = Sights::of_schema(&Showing::new(tables, at), &listening);
        Self { base: tables.base().clone(), at, listening, sights }
    }

    /// What happened, now that the schema is another.
    pub fn after(self, tables: &Tables, origin: Origin) -> Happening {
        let mut happening = Happening::of_schema(origin, &self.base, tables);
        self.sights.note(&mut happening, &Showing::new(tables, self.at), &self.listening);
        happening
    }
}

impl Happening {
    pub(super) fn of_schema(origin: Origin, before: &Base, after: &Tables) -> Self {
        let showing = Showing::new(after, origin.at);
        let mut happening = Happening::new(origin);
        for table in &before.tables {
            match showing.base().table(table.id) {
                Some(now) => happening.note_table(table, now),
                None => {
                    happening.destroyed_tables.insert(table.id, DestroyedTable::of(table));
                }
            }
        }
        for table in showing.base().tables.iter().filter(|table| before.table(table.id).is_none()) {
            happening.created_tables.insert(table.id, created(&showing, table));
        }
        happening
    }

    fn note_table(&mut self, before: &Table, after: &Table) {
        let changed = changed(before, after);
        if changed != ChangedTable::default() {
            self.changed_tables.insert(after.id, changed);
        }
    }
}

fn created(showing: &Showing<'_>, table: &Table) -> CreatedTable {
    CreatedTable {
        metadata: Metadata::of(table),
        fields: table.fields.iter().map(|field| (field.id, FieldSaid::of(field))).collect(),
        records: showing.all_created(table.id),
    }
}

fn changed(before: &Table, after: &Table) -> ChangedTable {
    let (current, previous) = (Metadata::of(after), Metadata::of(before));
    let mut changed = ChangedTable {
        metadata: (current != previous).then_some(Both { current, previous }),
        destroyed_views: gone(views(before), &views(after).collect()),
        ..ChangedTable::default()
    };
    let old: BTreeMap<_, _> = before.fields.iter().map(|field| (field.id, field)).collect();
    for field in &after.fields {
        match old.get(&field.id) {
            None => {
                changed.created_fields.insert(field.id, FieldSaid::of(field));
            }
            Some(old) if is_told(old, field) => {
                let both = Both { current: FieldSaid::of(field), previous: FieldSaid::of(old) };
                changed.changed_fields.insert(field.id, both);
            }
            Some(_) => {}
        }
    }
    changed.destroyed_fields = gone(old.into_keys(), &after.fields.iter().map(|field| field.id).collect());
    changed
}

/// Unsettled: another description of a field is told to nobody, nor is that a computed one has become invalid.
fn is_told(before: &Field, after: &Field) -> bool {
    let is_same_kind = || FieldSaid::of(before) == FieldSaid::of(after);
    let stays_computed = after.kind.is_computed() && is_same_kind();
    before.name != after.name || (before.kind != after.kind && !stays_computed)
}

fn views(table: &Table) -> impl Iterator<Item = domain::bases::ids::ViewId> {
    table.views.iter().map(|view| view.id)
}

fn gone<T: Ord>(before: impl Iterator<Item = T>, after: &BTreeSet<T>) -> BTreeSet<T> {
    before.filter(|id| !after.contains(id)).collect()
}

impl DestroyedTable {
    fn of(table: &Table) -> Self {
        Self { fields: table.fields.iter().map(|field| field.id).collect(), views: views(table).collect() }
    }
}

impl Metadata {
    fn of(table: &Table) -> Self {
        Self { name: table.name.clone(), description: table.description.clone() }
    }
}

impl FieldSaid {
    pub(super) fn of(field: &Field) -> Self {
        let kind = serde_json::to_value(&field.kind).unwrap_or_default();
        let kind = kind.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        Self { name: field.name.clone(), kind }
    }
}

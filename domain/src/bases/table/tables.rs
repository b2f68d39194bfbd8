//! All records of a base, and its schema.

use std::collections::{BTreeMap, BTreeSet};

use super::links::{Ends, Links};
use super::rows::Rows;
use super::{Change, Edit, Record, Stamp};
use crate::bases::cells::Collaborator;
use crate::bases::computed::Computed;
use crate::bases::errors::ApiError;
use crate::bases::ids::{FieldId, RecordId, TableId};
use crate::bases::schema::{Base, Field, FieldType, Table};

#[derive(Debug, Clone, PartialEq)]
pub struct Tables {
    pub(super) base: Base,
    pub(super) computed: Computed,
    /// Whom cells may name.
    pub people: Vec<Collaborator>,
    pub(super) rows: BTreeMap<TableId, Rows>,
    pub(super) links: Links,
}

impl Tables {
    pub fn new(base: Base, people: Vec<Collaborator>) -> Self {
        let computed = Computed::of(&base);
        Self { base, computed, people, rows: BTreeMap::new(), links: Links::default() }
    }

    pub fn base(&self) -> &Base {
        &self.base
    }

    pub fn rename_base(&mut self, name: &str) {
        self.base.name = name.to_owned();
    }

    pub fn computed(&self) -> &Computed {
        &self.computed
    }

    /// As quick as can be, however many fields there are.
    pub(super) fn field(&self, id: FieldId) -> Option<(&Table, &Field)> {
        let place = self.computed.place(id)?;
        let table = self.base.tables.get(place.table)?;
        Some((table, table.fields.get(place.field)?))
    }

    pub fn record(&self, table: TableId, id: RecordId) -> Option<&Record> {
        self.rows.get(&table)?.get(id)
    }

    /// In the order they were made in, which is the order without view and sort.
    pub fn records(&self, table: TableId) -> impl Iterator<Item = &Record> {
        self.rows.get(&table).into_iter().flat_map(Rows::iter)
    }

    /// The record that an address names, for reading.
    pub fn record_called(&self, table: TableId, id: &str) -> Result<&Record, ApiError> {
        let id = RecordId::parse(id).map_err(|_| ApiError::RecordNotFound)?;
        self.record(table, id).ok_or(ApiError::RecordNotFound)
    }

    /// The table a record is in.
    pub fn table_of(&self, id: RecordId) -> Option<TableId> {
        self.rows.iter().find(|(_, rows)| rows.contains(id)).map(|(table, _)| *table)
    }

    /// The number the last record of a table got.
    pub fn last_number(&self, table: TableId) -> u64 {
        self.rows.get(&table).map_or(0, Rows::last_number)
    }

    pub(super) fn ends(&self, field: FieldId) -> Ends {
        let inverse = self.field(field).and_then(|(_, found)| match &found.kind {
            FieldType::MultipleRecordLinks(options) => options.inverse_link_field_id,
            _ => None,
        });
        Ends { field, inverse }
    }

    /// The records that a cell links to.
    pub fn linked(&self, field: FieldId, record: RecordId) -> Vec<RecordId> {
        self.links.of(self.ends(field), record).map(|list| list.iter().collect()).unwrap_or_default()
    }

    pub fn apply(&mut self, edit: &Edit) {
        let mut new = BTreeSet::new();
        for change in &edit.changes {
            if let Change::RecordCreated { record, .. } = change {
                new.insert(*record);
            }
            self.change(change, &edit.stamp, &new);
        }
    }

    fn change(&mut self, change: &Change, stamp: &Stamp, new: &BTreeSet<RecordId>) {
        match change {
            Change::ChoiceAdded { table, field, choice } => {
                let field = self.base.table_mut(*table).and_then(|table| table.field_mut(*field));
                if let Some(options) = field.and_then(|field| field.choices_mut()) {
                    options.choices.push(choice.clone());
                }
            }
            Change::RecordCreated { table, record, number } => self.create(*table, *record, *number, stamp),
            Change::CellSet { table, record, field, value } => {
                self.note(*table, *record, *field, stamp, new);
                let Some(record) = self.record_mut(*table, *record) else { return };
                match value {
                    Some(value) => record.cells.insert(*field, value.clone()),
                    None => record.cells.remove(field),
                };
            }
            Change::Linked { table, record, field, removed, added } => {
                self.note(*table, *record, *field, stamp, new);
                self.links.change(self.ends(*field), *record, removed, added);
            }
            Change::RecordDeleted { table, record } => self.delete(*table, *record),
        }
    }

    fn create(&mut self, table: TableId, id: RecordId, number: u64, stamp: &Stamp) {
        let (cells, edited) = (BTreeMap::new(), BTreeMap::new());
        let record = Record { id, created: stamp.clone(), number, cells, edited, settled: false };
        self.rows.entry(table).or_default().insert(record);
    }

    pub(super) fn record_mut(&mut self, table: TableId, id: RecordId) -> Option<&mut Record> {
        self.rows.get_mut(&table)?.get_mut(id)
    }

    /// Notes an edit; what is filled in as a record is made is none, nor is what Airtable works out. Unsettled: that a link
    /// is no edit of its other side.
    fn note(
        &mut self,
        table: TableId,
        id: RecordId,
        field: FieldId,
        stamp: &Stamp,
        new: &BTreeSet<RecordId>,
    ) {
        let computed = self.field(field).is_some_and(|(_, field)| field.kind.is_computed());
        if computed || new.contains(&id) {
            return;
        }
        if let Some(record) = self.record_mut(table, id) {
            record.edited.insert(field, stamp.clone());
        }
    }

    fn delete(&mut self, table: TableId, id: RecordId) {
        let removed = self.rows.get_mut(&table).and_then(|rows| rows.remove(id));
        if removed.is_some() {
            self.links.forget(id);
        }
    }
}

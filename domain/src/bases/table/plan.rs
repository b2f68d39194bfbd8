//! Planning a batch: values are taken one by one, and the first that is refused ends it. Nothing is changed meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::links::difference;
use super::{Batch, Change, Done, Edit, Fields, Record, Tables, Verb};
use crate::bases::cells::{CellValue, Taking, accept};
use crate::bases::errors::ApiError;
use crate::bases::ids::{ChoiceId, FieldId, Mint, RecordId, TableId};
use crate::bases::schema::{Field, FieldType, Table};

/// A value of the request, with its field and how the caller spells it.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    pub field: &'a Field,
    pub called: &'a str,
    pub value: &'a Value,
}

pub struct Row<'a> {
    pub target: RecordId,
    pub values: Vec<Given<'a>>,
}

pub struct Plan<'a> {
    pub tables: &'a Tables,
    pub table: &'a Table,
    pub batch: Batch,
    /// Makes the ids of the rows.
    rows: Mint,
    /// The record that is written just now.
    pub current: Option<RecordId>,
    pub(super) changes: Vec<Change>,
    /// The choices this batch has made, by their names.
    pub(super) made_choices: BTreeMap<FieldId, BTreeMap<String, ChoiceId>>,
    /// Records of other tables by what they are called, once somebody asked.
    pub(super) called: BTreeMap<TableId, BTreeMap<String, RecordId>>,
    /// The number the last record of a table will have got.
    numbers: BTreeMap<TableId, u64>,
    /// Link cells of this table that the batch has changed already.
    lists: BTreeMap<(FieldId, RecordId), Vec<RecordId>>,
    records: Vec<RecordId>,
    created: Vec<RecordId>,
    updated: Vec<RecordId>,
}

impl<'a> Plan<'a> {
    pub fn new(tables: &'a Tables, batch: Batch) -> Result<Self, ApiError> {
        let table = tables.base().table(batch.table).ok_or(ApiError::PermissionsOrModelNotFound)?;
        Ok(Self {
            tables,
            table,
            rows: Batch::rows_of(&batch.mint),
            batch,
            current: None,
            changes: Vec::new(),
            made_choices: BTreeMap::new(),
            called: BTreeMap::new(),
            numbers: BTreeMap::new(),
            lists: BTreeMap::new(),
            records: Vec::new(),
            created: Vec::new(),
            updated: Vec::new(),
        })
    }

    /// The fields that the keys of a row speak of. Where a field is named twice, the last one counts.
    pub fn named(&self, fields: &'a Fields) -> Result<Vec<Given<'a>>, ApiError> {
        let mut named: Vec<Given<'a>> = Vec::with_capacity(fields.len());
        for (called, value) in fields {
            let field = self.table.field_called(called)?;
            named.retain(|other| other.field.id != field.id);
            named.push(Given { field, called, value });
        }
        Ok(named)
    }

    pub fn create(&mut self, values: Vec<Given<'_>>) -> Result<(), ApiError> {
        let record = self.rows.make();
        self.make(self.table.id, record);
        self.current = Some(record);
        self.records.push(record);
        self.created.push(record);
        values.into_iter().try_for_each(|given| self.write(record, given))
    }

    pub fn update(&mut self, row: Row<'_>, verb: Verb) -> Result<(), ApiError> {
        let record = row.target;
        self.current = Some(record);
        self.records.push(record);
        self.updated.push(record);
        if verb == Verb::Put {
            self.clear_others(record, &row.values);
        }
        row.values.into_iter().try_for_each(|given| self.write(record, given))
    }

    pub fn delete(&mut self, record: RecordId) {
        self.records.push(record);
        self.changes.push(Change::RecordDeleted { table: self.table.id, record });
    }

    pub fn done(self) -> Done {
        let edit = Edit { stamp: self.batch.stamp(), changes: self.changes };
        Done { edit, records: self.records, created: self.created, updated: self.updated }
    }

    pub fn new_record(&mut self, table: TableId) -> RecordId {
        let record = self.batch.mint.make();
        self.make(table, record);
        record
    }

    fn make(&mut self, table: TableId, record: RecordId) {
        let tables = self.tables;
        let number = self.numbers.entry(table).or_insert_with(|| tables.last_number(table));
        *number += 1;
        let number = *number;
        self.changes.push(Change::RecordCreated { table, record, number });
    }

    /// A value as the cell would hold it.
    pub fn taken(&mut self, given: Given<'_>) -> Result<Option<CellValue>, ApiError> {
        let (typecast, field, called) = (self.batch.typecast, given.field, given.called);
        accept(Taking { field, typecast, called, around: self }, given.value)
    }

    fn write(&mut self, record: RecordId, given: Given<'_>) -> Result<(), ApiError> {
        let value = self.taken(given)?;
        self.set(record, given.field, value);
        Ok(())
    }

    fn clear_others(&mut self, record: RecordId, values: &[Given<'_>]) {
        let named = |field: &Field| values.iter().any(|given| given.field.id == field.id);
        for field in self.table.fields.iter().filter(|field| field.kind.is_writable() && !named(field)) {
            self.set(record, field, None);
        }
    }

    /// What a cell holds already is no change.
    fn set(&mut self, record: RecordId, field: &Field, value: Option<CellValue>) {
        let table = self.table.id;
        if let FieldType::MultipleRecordLinks(options) = &field.kind {
            let after = match value {
                Some(CellValue::Links(records)) => records,
                _ => Vec::new(),
            };
            let inverse = options.inverse_link_field_id.filter(|_| options.linked_table_id == table);
            return self.link(record, field.id, inverse, after);
        }
        let before =
            self.tables.record(table, record).and_then(|record: &Record| record.cells.get(&field.id));
        if before != value.as_ref() {
            self.changes.push(Change::CellSet { table, record, field: field.id, value });
        }
    }

    /// The inverse is given where it is in this table, and may be written by this batch too.
    fn link(&mut self, record: RecordId, field: FieldId, inverse: Option<FieldId>, after: Vec<RecordId>) {
        let before = self.list(field, record).clone();
        if before == after {
            return;
        }
        let (removed, added) = difference(&before, &after);
        if let Some(inverse) = inverse {
            let (gone, come) = (BTreeSet::from_iter(&removed), BTreeSet::from_iter(&added));
            for other in removed.iter().filter(|other| !come.contains(other)) {
                self.list(inverse, *other).retain(|linked| *linked != record);
            }
            for other in added.iter().filter(|other| !gone.contains(other)) {
                self.list(inverse, *other).push(record);
            }
        }
        self.lists.insert((field, record), after);
        self.changes.push(Change::Linked { table: self.table.id, record, field, removed, added });
    }

    fn list(&mut self, field: FieldId, record: RecordId) -> &mut Vec<RecordId> {
        let tables = self.tables;
        self.lists.entry((field, record)).or_insert_with(|| tables.linked(field, record))
    }
}

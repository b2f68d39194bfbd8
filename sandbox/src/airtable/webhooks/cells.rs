//! The cells of a record as payloads show them, at one time. Here alone webhooks ask the tables what a cell shows. Cells are
//! compared before they are said, as a cell may link to thousands of records whose names are said with it.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::cells::{CellValue, Shape, write};
use domain::bases::ids::{FieldId, RecordId, TableId, ViewId};
use domain::bases::schema::{Base, Field};
use domain::bases::table::{Reading, Record, Tables};
use jiff::Timestamp;
use serde_json::Value;

use super::listening::Heard;
use super::{ChangedCell, ChangedRecord, CreatedRecord};

/// What payloads ask of tables.
pub struct Showing<'a> {
    reading: Reading<'a>,
}

/// Without its empty cells.
pub struct Cells(BTreeMap<FieldId, Cell>);

struct Cell {
    /// By which change is told: another name of a linked record is none.
    value: CellValue,
    /// Where somebody is told of it once it changed: it cannot be said any more then.
    said: Option<Value>,
}

impl<'a> Showing<'a> {
    pub fn new(tables: &'a Tables, at: Timestamp) -> Self {
        Self { reading: tables.at(at) }
    }

    pub fn base(&self) -> &'a Base {
        self.reading.tables().base()
    }

    pub fn record(&self, table: TableId, id: RecordId) -> Option<&'a Record> {
        self.reading.tables().record(table, id)
    }

    pub fn is_filtered(&self, view: ViewId) -> bool {
        self.reading.tables().is_filtered(view)
    }

    pub fn is_filtered_by_others(&self, view: ViewId) -> bool {
        self.reading.tables().is_filtered_by_others(view)
    }

    /// The records of a table that a view shows, among some or all.
    pub fn shown(
        &self,
        table: TableId,
        view: ViewId,
        among: Option<&BTreeSet<RecordId>>,
    ) -> BTreeSet<RecordId> {
        let shows = |record: &&Record| self.reading.shows(view, record);
        let id = |record: &Record| record.id;
        match among {
            Some(ids) => ids.iter().filter_map(|id| self.record(table, *id)).filter(shows).map(id).collect(),
            None => self.reading.tables().records(table).filter(shows).map(id).collect(),
        }
    }

    /// As they are before something happens.
    pub fn cells(&self, record: &Record, heard: &[Heard<'_>]) -> Cells {
        let cells = heard.iter().filter_map(|heard| {
            let value = self.reading.cell(record, heard.field)?;
            let said = heard.previous.then(|| self.say(heard.field, &value)).flatten();
            Some((heard.field.id, Cell { value, said }))
        });
        Cells(cells.collect())
    }

    /// How a record became what it is. Computed cells are compared like all others.
    pub fn changed(&self, record: &Record, mut before: Cells, heard: &[Heard<'_>]) -> ChangedRecord {
        let mut changed = ChangedRecord::default();
        for Heard { field, unchanged, .. } in heard {
            let (before, now) = (before.0.remove(&field.id), self.reading.cell(record, field));
            let is_same = before.as_ref().map(|cell| &cell.value) == now.as_ref();
            if is_same && !unchanged {
                continue;
            }
            let current = now.and_then(|value| self.say(field, &value));
            if !is_same {
                let previous = before.and_then(|cell| cell.said);
                changed.changed.insert(field.id, ChangedCell { current, previous });
            } else if let Some(said) = current {
                changed.unchanged.insert(field.id, said);
            }
        }
        changed
    }

    pub fn created(&self, record: &Record, heard: &[Heard<'_>]) -> CreatedRecord {
        self.made(record, heard.iter().map(|heard| heard.field))
    }

    /// Every record of a table.
    pub fn all_created(&self, table: TableId) -> BTreeMap<RecordId, CreatedRecord> {
        let fields = || self.base().table(table).into_iter().flat_map(|table| &table.fields);
        let records = self.reading.tables().records(table);
        records.map(|record| (record.id, self.made(record, fields()))).collect()
    }

    fn made<'f>(&self, record: &Record, fields: impl Iterator<Item = &'f Field>) -> CreatedRecord {
        let cells = fields.filter_map(|field| {
            let value = self.reading.cell(record, field)?;
            Some((field.id, self.say(field, &value)?))
        });
        CreatedRecord { at: record.created.at, cells: cells.collect() }
    }

    fn say(&self, field: &Field, value: &CellValue) -> Option<Value> {
        write(&field.kind, value, Shape::V2, &self.reading)
    }
}

//! The cells of a record as payloads show them, at one time. Here alone webhooks ask the tables what a cell shows.

use std::collections::BTreeMap;

use domain::bases::cells::{CellValue, Shape, write};
use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::schema::{Base, Field};
use domain::bases::table::{Reading, Record, Tables};
use jiff::Timestamp;
use serde_json::Value;

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
    said: Value,
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

    pub fn cells(&self, table: TableId, record: &Record) -> Cells {
        let fields = self.base().table(table).into_iter().flat_map(|table| &table.fields);
        Cells(fields.filter_map(|field| Some((field.id, self.cell(record, field)?))).collect())
    }

    fn cell(&self, record: &Record, field: &Field) -> Option<Cell> {
        let value = self.reading.cell(record, field)?;
        let said = write(&field.kind, &value, Shape::V2, &self.reading)?;
        Some(Cell { value, said })
    }

    pub fn created(&self, table: TableId, record: &Record) -> CreatedRecord {
        let cells = self.cells(table, record).0.into_iter();
        CreatedRecord {
            at: record.created.at,
            cells: cells.map(|(field, cell)| (field, cell.said)).collect(),
        }
    }

    /// Every record of a table.
    pub fn all_created(&self, table: TableId) -> BTreeMap<RecordId, CreatedRecord> {
        self.reading.tables().records(table).map(|record| (record.id, self.created(table, record))).collect()
    }
}

impl Cells {
    /// How these became those. Computed cells are compared like all others.
    pub fn became(self, mut after: Cells) -> ChangedRecord {
        let mut record = ChangedRecord::default();
        for (field, before) in self.0 {
            match after.0.remove(&field) {
                Some(now) if now.value == before.value => {
                    record.unchanged.insert(field, now.said);
                }
                now => {
                    let current = now.map(|cell| cell.said);
                    record.changed.insert(field, ChangedCell { current, previous: Some(before.said) });
                }
            }
        }
        for (field, now) in after.0 {
            record.changed.insert(field, ChangedCell { current: Some(now.said), previous: None });
        }
        record
    }
}

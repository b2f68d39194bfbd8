//! Records as a read model keeps them, and tables that hold some of a base's records and not all: those that are touched, and
//! what is needed to work them out.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Record, Tables};
use crate::bases::cells::{CellValue, keep, kept};
use crate::bases::files::{Addresses, addressed};
use crate::bases::ids::{FieldId, RecordId, TableId};
use crate::bases::schema::FieldType;

/// What came of working a record out.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The fields that read otherwise than before.
    pub changed: Vec<FieldId>,
    pub name: String,
}

impl Tables {
    /// Takes a record in as it was kept, in place of one that is there. Of links only its own side is known by that.
    pub fn take_in(&mut self, table: TableId, mut record: Record, cells: &Map<String, Value>) {
        let Some(schema) = self.base.table(table) else { return };
        let mut linked = Vec::new();
        for field in &schema.fields {
            // Where some cells were picked, an empty one is null.
            let value = cells.get(field.id.as_str()).filter(|value| !value.is_null());
            let value = value.and_then(|value| kept(&field.kind, value));
            match (&field.kind, value) {
                (FieldType::MultipleRecordLinks(_), value) => linked.push((field.id, value)),
                (_, Some(value)) => drop(record.cells.insert(field.id, value)),
                (_, None) => {}
            }
        }
        for (field, value) in linked {
            let records = if let Some(CellValue::Links(records)) = value { records } else { Vec::new() };
            self.links.set(self.ends(field), record.id, &records);
        }
        self.rows.entry(table).or_default().insert(record);
    }

    /// What is known of the links of a record that may not be here.
    pub fn set_linked(&mut self, field: FieldId, record: RecordId, linked: &[RecordId]) {
        self.links.set(self.ends(field), record, linked);
    }

    /// Records of a table that are made from now on are numbered from here.
    pub fn number_after(&mut self, table: TableId, number: u64) {
        self.rows.entry(table).or_default().begin_after(number);
    }

    /// Has stored files in the cells of some records named by their addresses: to be said, not to be kept.
    pub fn address_files(&mut self, table: TableId, ids: &[RecordId], addresses: &dyn Addresses) {
        for id in ids {
            let Some(record) = self.record_mut(table, *id) else { continue };
            for value in record.cells.values_mut() {
                *value = addressed(value.clone(), addresses);
            }
        }
    }

    /// Works out what lasts of a record, out of the records that are here, and keeps it in its cells.
    pub fn settle(&mut self, table: TableId, id: RecordId, now: Timestamp) -> Option<Settled> {
        self.record_mut(table, id)?.settled = false;
        let (worked, name) = {
            let reading = self.at(now);
            let (schema, record) = (self.base.table(table)?, self.record(table, id)?);
            let lasting = schema.fields.iter().filter(|field| self.computed.is_lasting(field.id));
            let worked: Vec<_> = lasting.map(|field| (field.id, reading.cell(record, field))).collect();
            (worked, reading.name_of(table, record))
        };
        let record = self.record_mut(table, id)?;
        let mut changed = Vec::new();
        for (field, value) in worked {
            if record.cells.get(&field) != value.as_ref() {
                changed.push(field);
            }
            match value {
                Some(value) => record.cells.insert(field, value),
                None => record.cells.remove(&field),
            };
        }
        record.settled = true;
        Some(Settled { changed, name })
    }

    /// All that is shown of a record, but what changes with time.
    pub fn kept_cells(&self, table: TableId, record: &Record, now: Timestamp) -> Map<String, Value> {
        let reading = self.at(now);
        let fields = self.base.table(table).into_iter().flat_map(|table| &table.fields);
        let lasting = fields.filter(|field| !self.computed.is_volatile(field.id) || is_link(&field.kind));
        let cells = lasting.filter_map(|field| {
            let value = reading.cell(record, field)?;
            Some((field.id.to_string(), keep(&field.kind, &value)?))
        });
        cells.collect()
    }
}

/// Whose names may change with time, but not which records they are.
fn is_link(kind: &FieldType) -> bool {
    matches!(kind, FieldType::MultipleRecordLinks(_))
}

//! The tables as they read at one time. What can be worked out is worked out as it is read, and kept nowhere; what
//! cannot is shown as it was told.

mod filter;
mod gather;
mod memory;
mod row;
mod settle;
mod told;
mod value;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Record, Stamp, Tables};
use crate::bases::cells::{CellValue, Names};
use crate::bases::computed::{Path, Work};
use crate::bases::formula::{Context, Fault};
use crate::bases::ids::{FieldId, RecordId, TableId};
use crate::bases::schema::{CountOptions, Field, FieldType, StampOptions};
use memory::Memory;

/// Not to be shared between threads; making one costs nothing.
#[derive(Debug)]
pub struct Reading<'t> {
    tables: &'t Tables,
    context: Context,
    memory: Memory,
}

impl Tables {
    /// Formula fields tell days and hours in UTC. Unsettled: that they do, whatever the zone of who asks.
    pub fn at(&self, now: Timestamp) -> Reading<'_> {
        Reading { tables: self, context: Context::utc(now), memory: Memory::default() }
    }
}

impl<'t> Reading<'t> {
    pub fn tables(&self) -> &'t Tables {
        self.tables
    }

    pub fn at(&self) -> Timestamp {
        self.context.now
    }

    /// Nothing for a cell that is empty.
    pub fn cell(&self, record: &Record, field: &Field) -> Option<CellValue> {
        self.memory.begin();
        self.cell_within(record, field)
    }

    /// The text a record is called by.
    pub fn name_of(&self, table: TableId, record: &Record) -> String {
        self.memory.begin();
        let primary = self.tables.base().table(table).and_then(|table| table.primary_field());
        primary.map(|field| self.value(record, field).to_text().into_owned()).unwrap_or_default()
    }

    /// Of several records that are called the same, the first counts.
    pub(super) fn by_name(&self, table: TableId) -> BTreeMap<String, RecordId> {
        let mut named = BTreeMap::new();
        for record in self.tables.records(table) {
            named.entry(self.name_of(table, record)).or_insert(record.id);
        }
        named
    }

    fn cell_within(&self, record: &Record, field: &Field) -> Option<CellValue> {
        use FieldType as F;
        let value = match &field.kind {
            F::MultipleRecordLinks(_) => Some(CellValue::Links(self.linked(field.id, record.id).collect())),
            F::CreatedTime(options) => stamped(options, record.created.at),
            F::CreatedBy => record.created.by.clone().map(CellValue::Collaborator),
            F::LastModifiedTime(options) => {
                last_modified(record, options).and_then(|at| stamped(options, at))
            }
            F::LastModifiedBy => last_stamp(record).by.clone().map(CellValue::Collaborator),
            F::AutoNumber => Some(CellValue::Number(record.number as f64)),
            F::Count(options) => {
                let count = self.count(options, record.id);
                Some(count.map_or_else(error, |count| CellValue::Number(count as f64)))
            }
            _ if self.is_settled(record, field) => record.cells.get(&field.id).cloned(),
            F::MultipleLookupValues(_) => self.lookup(record, field),
            F::Formula(_) | F::Rollup(_) if self.work(field).is_some() => {
                settle::cell(self.remembered(record, field))
            }
            _ => self.told(record, field),
        };
        value.and_then(CellValue::filled)
    }

    fn lookup(&self, record: &Record, field: &Field) -> Option<CellValue> {
        match self.work(field) {
            Some(Work::Lookup(path)) => Some(self.looked_up(record, *path).unwrap_or_else(|_| error())),
            _ => Some(error()),
        }
    }

    fn looked_up(&self, record: &Record, path: Path) -> Result<CellValue, Fault> {
        let Some((table, field)) = self.tables.field(path.field) else { return Err(Fault::InCell) };
        let mut found = Vec::new();
        for id in self.linked(path.link, record.id) {
            let Some(linked) = self.tables.record(table.id, id) else { continue };
            let values = told::flat(self.cell_within(linked, field));
            self.memory.spend(1 + values.len())?;
            found.push((id, values));
        }
        Ok(CellValue::Lookup(found))
    }

    /// Whether the value of a computed cell is among the cells of its record already.
    fn is_settled(&self, record: &Record, field: &Field) -> bool {
        record.settled && self.tables.computed().is_lasting(field.id)
    }

    fn work(&self, field: &Field) -> Option<&Work> {
        self.tables.computed().work(field.id)
    }

    fn linked(&self, link: FieldId, record: RecordId) -> impl Iterator<Item = RecordId> {
        self.tables.links.of(self.tables.ends(link), record).into_iter().flat_map(|list| list.iter())
    }

    /// Nothing where the link is gone.
    fn count(&self, options: &CountOptions, record: RecordId) -> Option<usize> {
        let link = options.record_link_field_id?;
        let (_, field) = self.tables.field(link)?;
        let links = matches!(field.kind, FieldType::MultipleRecordLinks(_));
        links.then(|| self.tables.links.of(self.tables.ends(link), record).map_or(0, |list| list.len()))
    }
}

impl Names for Reading<'_> {
    fn record(&self, id: RecordId) -> String {
        let found = self.tables.table_of(id).and_then(|table| Some((table, self.tables.record(table, id)?)));
        found.map(|(table, record)| self.name_of(table, record)).unwrap_or_default()
    }
}

fn error() -> CellValue {
    CellValue::Error(settle::ERROR.into())
}

/// A day, where the field promises one. Unsettled: that it is the day in UTC.
fn stamped(options: &StampOptions, at: Timestamp) -> Option<CellValue> {
    match options.result.as_deref() {
        Some(FieldType::Date(_)) => Some(CellValue::Date(jiff::tz::TimeZone::UTC.to_datetime(at).date())),
        _ => Some(CellValue::Moment(at)),
    }
}

/// Nothing before the first edit. Unsettled: some say it is the time of creation then. Where no fields are named, all count.
fn last_modified(record: &Record, options: &StampOptions) -> Option<Timestamp> {
    let named = options.referenced_field_ids.as_deref().filter(|fields| !fields.is_empty());
    record.last_edit(named).map(|stamp| stamp.at)
}

fn last_stamp(record: &Record) -> &Stamp {
    record.last_edit(None).unwrap_or(&record.created)
}

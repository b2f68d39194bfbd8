//! What a cell shows: what was written, the links, and what can be worked out without a formula.

use std::collections::BTreeMap;

use super::{Record, Stamp, Tables};
use crate::bases::cells::{CellValue, Names, shown};
use crate::bases::ids::{FieldId, RecordId, TableId};
use crate::bases::schema::{Field, FieldType, LookupOptions, StampOptions};

/// Lookups may look at lookups; in a circle they find an error.
const LOOKUPS_DEEP_MAX: usize = 16;
const ERROR: &str = "#ERROR!";

impl Tables {
    pub fn cell(&self, record: &Record, field: &Field) -> Option<CellValue> {
        self.cell_at(record, field, 0)
    }

    fn cell_at(&self, record: &Record, field: &Field, depth: usize) -> Option<CellValue> {
        use FieldType as F;
        let value = match &field.kind {
            F::MultipleRecordLinks(_) => Some(CellValue::Links(self.linked(field.id, record.id))),
            F::CreatedTime(_) => Some(CellValue::Moment(record.created.at)),
            F::CreatedBy => record.created.by.clone().map(CellValue::Collaborator),
            F::LastModifiedTime(options) => last_modified(record, options).map(CellValue::Moment),
            F::LastModifiedBy => last_stamp(record).by.clone().map(CellValue::Collaborator),
            F::AutoNumber => Some(CellValue::Number(record.number as f64)),
            F::Count(options) => options.record_link_field_id.map(|link| self.count(link, record.id)),
            F::MultipleLookupValues(options) => self.lookup(record, options, depth),
            _ => record.cells.get(&field.id).cloned(),
        };
        value.and_then(CellValue::filled)
    }

    fn count(&self, link: FieldId, record: RecordId) -> CellValue {
        CellValue::Number(self.links.of(self.ends(link), record).map_or(0, |list| list.len()) as f64)
    }

    fn lookup(&self, record: &Record, options: &LookupOptions, depth: usize) -> Option<CellValue> {
        if depth > LOOKUPS_DEEP_MAX {
            return Some(CellValue::Error(ERROR.into()));
        }
        let link = options.record_link_field_id?;
        let (table, field) = self.base.field(options.field_id_in_linked_table?)?;
        let found = self.linked(link, record.id).into_iter().filter_map(|id| {
            let linked = self.record(table.id, id)?;
            Some((id, flat(self.cell_at(linked, field, depth + 1))))
        });
        Some(CellValue::Lookup(found.collect()))
    }

    /// The text a record is called by.
    pub fn name_of(&self, table: TableId, record: &Record) -> String {
        let primary = self.base.table(table).and_then(|table| table.primary_field());
        let shown_in = |field: &Field| Some(shown(&field.kind, &self.cell(record, field)?, self));
        primary.and_then(shown_in).unwrap_or_default()
    }

    /// Of several records that are called the same, the first counts.
    pub(super) fn by_name(&self, table: TableId) -> BTreeMap<String, RecordId> {
        let mut named = BTreeMap::new();
        for record in self.records(table) {
            named.entry(self.name_of(table, record)).or_insert(record.id);
        }
        named
    }
}

impl Names for Tables {
    fn record(&self, id: RecordId) -> String {
        let found = self.table_of(id).and_then(|table| Some((table, Tables::record(self, table, id)?)));
        found.map(|(table, record)| self.name_of(table, record)).unwrap_or_default()
    }
}

/// Nothing before the first edit. Unsettled: some say it is the time of creation then.
fn last_modified(record: &Record, options: &StampOptions) -> Option<jiff::Timestamp> {
    record.last_edit(options.referenced_field_ids.as_deref()).map(|stamp| stamp.at)
}

fn last_stamp(record: &Record) -> &Stamp {
    record.last_edit(None).unwrap_or(&record.created)
}

/// The values of a linked cell, one by one.
fn flat(value: Option<CellValue>) -> Vec<CellValue> {
    use CellValue as C;
    match value {
        None => Vec::new(),
        Some(C::Choices(all)) => all.into_iter().map(C::Choice).collect(),
        Some(C::Collaborators(all)) => all.into_iter().map(C::Collaborator).collect(),
        Some(C::Links(all)) => all.into_iter().map(|one| C::Links(vec![one])).collect(),
        Some(C::Attachments(all)) => all.into_iter().map(|one| C::Attachments(vec![one])).collect(),
        Some(C::List(all)) => all,
        Some(C::Lookup(all)) => all.into_iter().flat_map(|(_, values)| values).collect(),
        Some(single) => vec![single],
    }
}

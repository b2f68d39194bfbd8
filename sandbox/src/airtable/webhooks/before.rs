//! An edit is told in two steps: what it is about to touch is read before, and compared after.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::table::{Change, Edit, Tables};

use super::cells::{Cells, Reading};
use super::touched::touched;
use super::{Both, FieldSaid, Happening, Origin};

/// The records that an edit will touch, as they are before it.
pub struct Before {
    /// Nothing for a record that is not there yet.
    records: BTreeMap<(TableId, RecordId), Option<Cells>>,
    /// Fields that get a choice.
    fields: BTreeSet<(TableId, FieldId)>,
}

impl Before {
    pub fn of(tables: &Tables, edit: &Edit) -> Self {
        let reading = Reading::new(tables, edit.stamp.at);
        let mut records = BTreeMap::new();
        for (table, touched) in touched(tables, reading.base(), edit) {
            for id in touched {
                let record = reading.record(table, id);
                records.insert((table, id), record.map(|record| reading.cells(table, record)));
            }
        }
        let fields = edit.changes.iter().filter_map(|change| match change {
            Change::ChoiceAdded { table, field, .. } => Some((*table, *field)),
            _ => None,
        });
        Self { records, fields: fields.collect() }
    }

    /// What happened, now that the edit is applied.
    pub fn after(self, tables: &Tables, origin: Origin) -> Happening {
        let reading = Reading::new(tables, origin.at);
        let mut happening = Happening::new(origin);
        for ((table, id), before) in self.records {
            note_record(&mut happening, reading, (table, id), before);
        }
        for (table, id) in self.fields {
            note_choice(&mut happening, reading, table, id);
        }
        happening
    }
}

fn note_record(
    happening: &mut Happening,
    reading: Reading<'_>,
    (table, id): (TableId, RecordId),
    before: Option<Cells>,
) {
    match (before, reading.record(table, id)) {
        (None, None) => {}
        (None, Some(record)) => {
            let created = reading.created(table, record);
            happening.table(table).created_records.insert(id, created);
        }
        (Some(_), None) => {
            happening.table(table).destroyed_records.insert(id);
        }
        (Some(before), Some(record)) => {
            let record = before.became(reading.cells(table, record));
            if !record.changed.is_empty() {
                happening.table(table).changed_records.insert(id, record);
            }
        }
    }
}

fn note_choice(happening: &mut Happening, reading: Reading<'_>, table: TableId, id: FieldId) {
    if let Some((_, field)) = reading.base().field(id) {
        let said = FieldSaid::of(field);
        let both = Both { current: said.clone(), previous: said };
        happening.table(table).changed_fields.insert(id, both);
    }
}

//! An edit is told in two steps: what it is about to touch is read before, and compared after.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::table::{Change, Edit, Tables};
use jiff::Timestamp;

use super::cells::{Cells, Showing};
use super::touched::touched;
use super::{Both, FieldSaid, Happening, Origin};

/// The records that an edit will touch, as they are before it.
pub struct Before {
    /// The time of the edit. It is compared as of one time, or what tells the time would have changed.
    at: Timestamp,
    /// Nothing for a record that is not there yet.
    records: BTreeMap<(TableId, RecordId), Option<Cells>>,
    /// Fields that get a choice.
    fields: BTreeSet<(TableId, FieldId)>,
}

impl Before {
    pub fn of(tables: &Tables, edit: &Edit) -> Self {
        let showing = Showing::new(tables, edit.stamp.at);
        let mut records = BTreeMap::new();
        for (table, touched) in touched(tables, showing.base(), edit) {
            for id in touched {
                let record = showing.record(table, id);
                records.insert((table, id), record.map(|record| showing.cells(table, record)));
            }
        }
        let fields = edit.changes.iter().filter_map(|change| match change {
            Change::ChoiceAdded { table, field, .. } => Some((*table, *field)),
            _ => None,
        });
        Self { at: edit.stamp.at, records, fields: fields.collect() }
    }

    /// What happened, now that the edit is applied.
    pub fn after(self, tables: &Tables, origin: Origin) -> Happening {
        let showing = Showing::new(tables, self.at);
        let mut happening = Happening::new(origin);
        for ((table, id), before) in self.records {
            note_record(&mut happening, &showing, (table, id), before);
        }
        for (table, id) in self.fields {
            note_choice(&mut happening, &showing, table, id);
        }
        happening
    }
}

fn note_record(
    happening: &mut Happening,
    showing: &Showing<'_>,
    (table, id): (TableId, RecordId),
    before: Option<Cells>,
) {
    match (before, showing.record(table, id)) {
        (None, None) => {}
        (None, Some(record)) => {
            let created = showing.created(table, record);
            happening.table(table).created_records.insert(id, created);
        }
        (Some(_), None) => {
            happening.table(table).destroyed_records.insert(id);
        }
        (Some(before), Some(record)) => {
            let record = before.became(showing.cells(table, record));
            if !record.changed.is_empty() {
                happening.table(table).changed_records.insert(id, record);
            }
        }
    }
}

fn note_choice(happening: &mut Happening, showing: &Showing<'_>, table: TableId, id: FieldId) {
    if let Some((_, field)) = showing.base().field(id) {
        let said = FieldSaid::of(field);
        let both = Both { current: said.clone(), previous: said };
        happening.table(table).changed_fields.insert(id, both);
    }
}

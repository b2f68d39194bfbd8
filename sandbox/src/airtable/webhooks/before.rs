//! An edit is told in two steps: what it is about to touch is read before, and compared after. Nothing is read that no hook
//! listens for.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::table::{Change, Edit, Tables};
use jiff::Timestamp;

use super::cells::{Cells, Showing};
use super::listening::{Heard, Listening};
use super::sights::Sights;
use super::touched::touched;
use super::{Both, FieldSaid, Happening, Origin};

/// The records that an edit will touch, as they are before it.
pub struct Before<'a> {
    listening: Listening<'a>,
    /// The time of the edit. It is compared as of one time, or what tells the time would have changed.
    at: Timestamp,
    records: BTreeMap<TableId, Records>,
    /// Fields that get a choice.
    fields: BTreeSet<(TableId, FieldId)>,
    sights: Sights,
}

/// Nothing for a record that is not there yet.
type Records = BTreeMap<RecordId, Option<Cells>>;

impl<'a> Before<'a> {
    pub fn of(tables: &Tables, edit: &Edit, listening: Listening<'a>) -> Self {
        let showing = Showing::new(tables, edit.stamp.at);
        let mut touched = touched(tables, showing.base(), edit);
        touched.retain(|table, _| listening.to_records_of(*table));
        let sights = Sights::of_edit(&showing, &listening, &touched);
        let records = touched.into_iter().map(|(table, ids)| {
            let heard = listening.to_fields_of(showing.base(), table);
            (table, ids.into_iter().map(|id| (id, read(&showing, table, id, &heard))).collect())
        });
        let fields = edit.changes.iter().filter_map(|change| match change {
            Change::ChoiceAdded { table, field, .. } => Some((*table, *field)),
            _ => None,
        });
        Self { at: edit.stamp.at, records: records.collect(), fields: fields.collect(), sights, listening }
    }

    /// What happened, now that the edit is applied.
    pub fn after(self, tables: &Tables, origin: Origin) -> Happening {
        let showing = Showing::new(tables, self.at);
        let mut happening = Happening::new(origin);
        for (table, records) in self.records {
            let heard = self.listening.to_fields_of(showing.base(), table);
            for (id, before) in records {
                note_record(&mut happening, &showing, (table, id), before, &heard);
            }
        }
        for (table, id) in self.fields {
            note_choice(&mut happening, &showing, table, id);
        }
        self.sights.note(&mut happening, &showing, &self.listening);
        happening
    }
}

fn read(showing: &Showing<'_>, table: TableId, id: RecordId, heard: &[Heard<'_>]) -> Option<Cells> {
    showing.record(table, id).map(|record| showing.cells(record, heard))
}

fn note_record(
    happening: &mut Happening,
    showing: &Showing<'_>,
    (table, id): (TableId, RecordId),
    before: Option<Cells>,
    heard: &[Heard<'_>],
) {
    match (before, showing.record(table, id)) {
        (None, None) => {}
        (None, Some(record)) => {
            let created = showing.created(record, heard);
            happening.table(table).created_records.insert(id, created);
        }
        (Some(_), None) => {
            happening.table(table).destroyed_records.insert(id);
        }
        (Some(before), Some(record)) => {
            let record = showing.changed(record, before, heard);
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

//! Parting an edit of many records into what is asked of each one, and of their base.

use std::collections::BTreeMap;

use super::{Address, LinkChange, RecordCommand, Source, key};
use crate::bases::cells::CellValue;
use crate::bases::ids::{FieldId, RecordId, TableId};
use crate::bases::schema::SchemaChange;
use crate::bases::table::{Change, Edit, Stamp};
use crate::bases::{BaseKey, RecordKey};

/// All of it is written in one unit, in this order: links and new records get their places by it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parted {
    /// Choices that were brought along; nothing is asked of the base if there are none.
    pub schema: Vec<SchemaChange>,
    /// One command for each record.
    pub records: Vec<(RecordKey, RecordCommand)>,
}

/// What an edit means to one record.
#[derive(Default)]
struct Part {
    created: bool,
    deleted: bool,
    cells: BTreeMap<FieldId, Option<CellValue>>,
    links: Vec<LinkChange>,
}

/// Records that an edit both makes and deletes are left out.
pub fn part(base: &BaseKey, source: Source, edit: &Edit) -> Parted {
    let mut parted = Parted::default();
    let (mut order, mut parts) = (Vec::new(), BTreeMap::<(TableId, RecordId), Part>::new());
    for change in &edit.changes {
        let Some(place) = place(change) else {
            parted.schema.extend(schema_change(change));
            continue;
        };
        let part = parts.entry(place).or_insert_with(|| {
            order.push(place);
            Part::default()
        });
        part.take(change);
    }
    for place @ (table, record) in order {
        let address = Address { base: base.clone(), table, record };
        let part = parts.remove(&place);
        let command = part.and_then(|part| part.command(address, source, edit.stamp.clone()));
        parted.records.extend(command.map(|command| (key(base, record), command)));
    }
    parted
}

fn place(change: &Change) -> Option<(TableId, RecordId)> {
    match change {
        Change::ChoiceAdded { .. } => None,
        Change::RecordCreated { table, record, .. }
        | Change::CellSet { table, record, .. }
        | Change::Linked { table, record, .. }
        | Change::RecordDeleted { table, record } => Some((*table, *record)),
    }
}

fn schema_change(change: &Change) -> Option<SchemaChange> {
    let Change::ChoiceAdded { table, field, choice } = change else { return None };
    Some(SchemaChange::ChoiceAdded { table: *table, field: *field, choice: choice.clone() })
}

impl Part {
    fn take(&mut self, change: &Change) {
        match change {
            Change::ChoiceAdded { .. } => {}
            // The number is not told: the log counts.
            Change::RecordCreated { .. } => self.created = true,
            Change::CellSet { field, value, .. } => {
                self.cells.insert(*field, value.clone());
            }
            Change::Linked { field, removed, added, .. } => {
                self.links.push(LinkChange { field: *field, removed: removed.clone(), added: added.clone() });
            }
            Change::RecordDeleted { .. } => self.deleted = true,
        }
    }

    fn command(self, address: Address, source: Source, stamp: Stamp) -> Option<RecordCommand> {
        let Part { created, deleted, cells, links } = self;
        match (created, deleted) {
            (true, true) => None,
            (false, true) => Some(RecordCommand::Delete { source, stamp }),
            (false, false) => Some(RecordCommand::Change { source, stamp, cells, links }),
            (true, false) => {
                let cells = cells.into_iter().filter_map(|(field, value)| Some((field, value?))).collect();
                Some(RecordCommand::Create { address, source, stamp, cells, links })
            }
        }
    }
}

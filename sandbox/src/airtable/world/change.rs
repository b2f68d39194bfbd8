//! Changing a base: the only place where its tables change, so that whoever wants to know is told.

use std::collections::BTreeSet;

use domain::bases::cells::CellValue;
use domain::bases::schema::SchemaChange;
use domain::bases::table::{Change, Edit};
use jiff::Timestamp;

use super::{Actor, Held};
use crate::airtable::attachments::Wish;
use crate::airtable::journal::Effect;

impl Held {
    pub fn carry_out(&mut self, edit: &Edit, by: &Actor) -> Vec<Effect> {
        self.tables.apply(edit);
        self.forget_deleted(edit);
        self.ask_for_files(edit, by);
        effects(edit)
    }

    /// What hangs on a record goes with it.
    fn forget_deleted(&mut self, edit: &Edit) {
        for change in &edit.changes {
            if let Change::RecordDeleted { record, .. } = change {
                self.comments.forget(*record);
            }
        }
    }

    /// An attachment of which nothing is known was named by an address.
    fn ask_for_files(&self, edit: &Edit, by: &Actor) {
        for change in &edit.changes {
            let Change::CellSet { table, record, field, value: Some(CellValue::Attachments(all)) } = change
            else {
                continue;
            };
            for attachment in all.iter().filter(|one| one.known.is_empty()).cloned() {
                let (base, table, record, field) = (self.id(), *table, *record, *field);
                self.wishes.add(Wish { base, table, record, field, attachment, by: by.clone() });
            }
        }
    }

    pub fn reshape(&mut self, changes: &[SchemaChange], _by: &Actor, _at: Timestamp) -> Vec<Effect> {
        changes.iter().for_each(|change| self.tables.base.apply(change));
        changes.iter().map(reshaped).collect()
    }
}

/// What an edit comes to: each record once.
fn effects(edit: &Edit) -> Vec<Effect> {
    let mut told = BTreeSet::new();
    let mut effects = Vec::new();
    for change in &edit.changes {
        let (what, table, record) = match change {
            Change::RecordCreated { table, record, .. } => ("record.created", table, record),
            Change::RecordDeleted { table, record } => ("record.deleted", table, record),
            Change::CellSet { table, record, .. } | Change::Linked { table, record, .. } => {
                ("record.updated", table, record)
            }
            Change::ChoiceAdded { table, choice, .. } => {
                effects.push(Effect::in_table("choice.added", choice.id, table));
                continue;
            }
        };
        if told.insert(*record) || what == "record.deleted" {
            effects.push(Effect::in_table(what, record, table));
        }
    }
    effects
}

fn reshaped(change: &SchemaChange) -> Effect {
    match change {
        SchemaChange::TableCreated { table } => Effect::new("table.created", table.id),
        SchemaChange::FieldCreated { table, field } => Effect::in_table("field.created", field.id, table),
        SchemaChange::TableDescribed { table, .. } => Effect::new("table.updated", table),
        SchemaChange::FieldDescribed { table, field, .. } => Effect::in_table("field.updated", field, table),
    }
}

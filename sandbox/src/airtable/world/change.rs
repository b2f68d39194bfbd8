//! Changing a base: the only place where its tables change, so that whoever wants to know is told.

use std::collections::BTreeSet;

use domain::bases::cells::CellValue;
use domain::bases::schema::SchemaChange;
use domain::bases::table::{Change, Edit};
use jiff::Timestamp;

use super::{Actor, Held};
use crate::airtable::attachments::Wish;
use crate::airtable::journal::Effect;
use crate::airtable::webhooks::{Before, BeforeSchema, Happening, Origin, User};

impl Held {
    pub fn carry_out(&mut self, edit: &Edit, by: &Actor) -> Vec<Effect> {
        let origin = self.hooks.listen(edit.stamp.at).then(|| self.origin(by, edit.stamp.at));
        let listening = origin.map(|origin| (self.hooks.listening(&origin), origin));
        let before = listening
            .filter(|(listening, _)| !listening.is_empty())
            .map(|(listening, origin)| (Before::of(&self.tables, edit, listening), origin));
        self.tables.apply(edit);
        if let Some((before, origin)) = before {
            let happening = before.after(&self.tables, origin);
            self.tell(&happening);
        }
        self.forget_deleted(edit);
        self.ask_for_files(edit, by);
        effects(edit)
    }

    pub fn reshape(&mut self, changes: &[SchemaChange], by: &Actor, at: Timestamp) -> Vec<Effect> {
        let origin = self.hooks.listen(at).then(|| self.origin(by, at));
        // A hook may die of what it does not hear of.
        let before = origin.map(|origin| {
            let listening = self.hooks.listening(&origin);
            (BeforeSchema::of(&self.tables, listening, at), origin)
        });
        self.tables.apply_schema(changes);
        if let Some((before, origin)) = before {
            let happening = before.after(&self.tables, origin);
            self.tell(&happening);
        }
        changes.iter().map(reshaped).collect()
    }

    /// All hooks die, as of a field that each of them watches.
    pub fn kill_hooks(&mut self, by: &Actor, at: Timestamp) -> Vec<Effect> {
        let origin = self.origin(by, at);
        let dead = self.hooks.die(&origin);
        dead.iter().for_each(|hook| self.around.ring(self.id(), *hook));
        dead.into_iter().map(|hook| Effect::new("webhook.died", hook)).collect()
    }

    /// What hangs on a record goes with it.
    fn forget_deleted(&mut self, edit: &Edit) {
        for change in &edit.changes {
            if let Change::RecordDeleted { record, .. } = change {
                self.comments.forget(*record);
            }
        }
    }

    /// Transactions are numbered whether somebody listens or not. Unsettled: from which number.
    fn origin(&mut self, by: &Actor, at: Timestamp) -> Origin {
        self.transactions += 1;
        let level = self.level_of(by.person.id);
        let user = User {
            id: by.person.id.to_string(),
            email: by.person.email.clone(),
            name: Some(by.person.name.clone()),
            permission_level: level.name().to_owned(),
        };
        let transaction = self.transactions;
        Origin { at, transaction, source: by.source, user: Some(user), view: None, page: None }
    }

    fn tell(&mut self, happening: &Happening) {
        let records_max = self.around.payload_records_max();
        for hook in self.hooks.note(happening, records_max) {
            self.around.ring(self.id(), hook);
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
                self.around.wishes.add(Wish { base, table, record, field, attachment, by: by.clone() });
            }
        }
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
    use SchemaChange as C;
    match change {
        C::TableCreated { table } => Effect::new("table.created", table.id),
        C::TableDescribed { table, .. } | C::TableScheduled { table, .. } => {
            Effect::new("table.updated", table)
        }
        C::TableDeleted { table } => Effect::new("table.deleted", table),
        C::FieldCreated { table, field } => Effect::in_table("field.created", field.id, table),
        C::FieldDescribed { table, field, .. } | C::FieldRetyped { table, field, .. } => {
            Effect::in_table("field.updated", field, table)
        }
        C::FieldDeleted { table, field } => Effect::in_table("field.deleted", field, table),
        C::ChoiceAdded { table, choice, .. } => Effect::in_table("choice.added", choice.id, table),
        C::ChoiceRenamed { table, choice, .. } => Effect::in_table("choice.updated", choice, table),
        C::ChoiceDeleted { table, choice, .. } => Effect::in_table("choice.deleted", choice, table),
        C::ViewCreated { table, view } => Effect::in_table("view.created", view.id, table),
        C::ViewDeleted { table, view } => Effect::in_table("view.deleted", view, table),
    }
}

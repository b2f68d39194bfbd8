//! Which changes make one schema into another that was seen later. Things are told apart by their ids; in which order tables and fields
//! stand is not followed.

use super::SchemaChange;
use crate::bases::schema::{Base, Choice, ChoiceOptions, Field, Table};

/// A change may take others along: what hangs on a field is broken off with it. So it is looked again at what is left, this often.
const LOOKS_MAX: usize = 4;

impl Base {
    pub fn changes_to(&self, seen: &Base) -> Vec<SchemaChange> {
        let (mut now, mut all) = (self.clone(), Vec::new());
        for _ in 0..LOOKS_MAX {
            let changes = difference(&now, seen);
            if changes.is_empty() {
                break;
            }
            changes.iter().for_each(|change| now.apply(change));
            all.extend(changes);
        }
        all
    }
}

fn difference(now: &Base, seen: &Base) -> Vec<SchemaChange> {
    let made = seen.tables.iter().filter(|table| now.table(table.id).is_none());
    let mut changes: Vec<_> = made.map(|table| SchemaChange::TableCreated { table: table.clone() }).collect();
    let gone = now.tables.iter().filter(|table| seen.table(table.id).is_none());
    changes.extend(gone.map(|table| SchemaChange::TableDeleted { table: table.id }));
    let both = seen.tables.iter().filter_map(|seen| Some((now.table(seen.id)?, seen)));
    both.for_each(|(now, seen)| of_table(now, seen, &mut changes));
    changes
}

fn of_table(now: &Table, seen: &Table, changes: &mut Vec<SchemaChange>) {
    let table = seen.id;
    if (&now.name, &now.description) != (&seen.name, &seen.description) {
        let (name, description) = (seen.name.clone(), seen.description.clone());
        changes.push(SchemaChange::TableDescribed { table, name, description });
    }
    if now.date_dependency_settings != seen.date_dependency_settings {
        let date_dependency_settings = seen.date_dependency_settings.clone();
        changes.push(SchemaChange::TableScheduled { table, date_dependency_settings });
    }
    let gone = now.fields.iter().filter(|field| seen.field(field.id).is_none());
    changes.extend(gone.map(|field| SchemaChange::FieldDeleted { table, field: field.id }));
    for field in &seen.fields {
        match now.field(field.id) {
            None => changes.push(SchemaChange::FieldCreated { table, field: field.clone() }),
            Some(known) => of_field(seen, known, field, changes),
        }
    }
    of_views(now, seen, changes);
}

fn of_field(owner: &Table, now: &Field, seen: &Field, changes: &mut Vec<SchemaChange>) {
    let (table, field) = (owner.id, seen.id);
    if (&now.name, &now.description) != (&seen.name, &seen.description) {
        let (name, description) = (seen.name.clone(), seen.description.clone());
        changes.push(SchemaChange::FieldDescribed { table, field, name, description });
    }
    let mut now = now.clone();
    let told = of_choices(owner, &mut now, seen);
    // What cells hold survives choices that are told one by one.
    changes.extend(told);
    if now.kind != seen.kind {
        changes.push(SchemaChange::FieldRetyped { table, field, kind: seen.kind.clone() });
    }
}

/// As far as a field that chooses goes on to choose in the same way.
fn of_choices(owner: &Table, now: &mut Field, seen: &Field) -> Vec<SchemaChange> {
    let same_type = std::mem::discriminant(&now.kind) == std::mem::discriminant(&seen.kind);
    let (Some(wanted), true, table, field) = (seen.choices(), same_type, owner.id, seen.id) else {
        return Vec::new();
    };
    let Some(options) = now.choices_mut() else { return Vec::new() };
    let mut changes = Vec::new();
    for known in &mut options.choices {
        let Some(choice) = wanted.choice(known.id) else {
            changes.push(SchemaChange::ChoiceDeleted { table, field, choice: known.id });
            continue;
        };
        if choice.name != known.name {
            known.name.clone_from(&choice.name);
            let (choice, name) = (choice.id, choice.name.clone());
            changes.push(SchemaChange::ChoiceRenamed { table, field, choice, name });
        }
    }
    options.choices.retain(|known| wanted.choice(known.id).is_some());
    for choice in added(options, wanted) {
        options.choices.push(choice.clone());
        changes.push(SchemaChange::ChoiceAdded { table, field, choice });
    }
    changes
}

fn added(now: &ChoiceOptions, wanted: &ChoiceOptions) -> Vec<Choice> {
    wanted.choices.iter().filter(|choice| now.choice(choice.id).is_none()).cloned().collect()
}

/// A view that shows something else is another one under the same id.
fn of_views(now: &Table, seen: &Table, changes: &mut Vec<SchemaChange>) {
    let table = seen.id;
    let stale = now.views.iter().filter(|view| !seen.views.contains(view));
    changes.extend(stale.map(|view| SchemaChange::ViewDeleted { table, view: view.id }));
    let fresh = seen.views.iter().filter(|view| !now.views.contains(view));
    changes.extend(fresh.map(|view| SchemaChange::ViewCreated { table, view: view.clone() }));
}

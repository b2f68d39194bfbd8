//! Carrying a change out. It cannot fail: what it speaks of and is not there is passed over.

use super::SchemaChange;
use crate::bases::computed::{break_off, broken_without, follow};
use crate::bases::ids::{FieldId, TableId};
use crate::bases::schema::{Base, Field, FieldType, Table, View};

impl Base {
    pub fn apply(&mut self, change: &SchemaChange) {
        use SchemaChange as C;
        match change.clone() {
            C::TableCreated { table } => self.tables.push(table),
            C::FieldCreated { table, field } => self.in_table(table, |table| table.fields.push(field)),
            C::TableDescribed { table, name, description } => {
                self.in_table(table, |table| (table.name, table.description) = (name, description));
            }
            C::TableScheduled { table, date_dependency_settings } => {
                self.in_table(table, |table| table.date_dependency_settings = date_dependency_settings);
            }
            C::FieldDescribed { table, field, name, description } => {
                self.in_field(table, field, |field| (field.name, field.description) = (name, description));
            }
            C::TableDeleted { table } => self.delete_table(table),
            C::FieldDeleted { table, field } => self.delete_field(table, field),
            C::FieldRetyped { table, field, kind } => self.retype(table, field, kind),
            C::ChoiceAdded { table, field, choice } => self.in_field(table, field, |field| {
                if let Some(options) = field.choices_mut() {
                    options.choices.push(choice);
                }
            }),
            C::ChoiceRenamed { table, field, choice, name } => self.in_field(table, field, |field| {
                let choices = field.choices_mut().into_iter().flat_map(|options| &mut options.choices);
                choices.filter(|one| one.id == choice).for_each(|one| one.name.clone_from(&name));
            }),
            C::ChoiceDeleted { table, field, choice } => self.in_field(table, field, |field| {
                let options = field.choices_mut();
                options.into_iter().for_each(|options| options.choices.retain(|one| one.id != choice));
            }),
            C::ViewCreated { table, view } => self.in_table(table, |table| table.views.push(view)),
            C::ViewDeleted { table, view } => {
                self.in_table(table, |table| table.views.retain(|it| it.id != view));
            }
        }
    }

    fn in_table(&mut self, id: TableId, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.table_mut(id) {
            change(table);
        }
    }

    fn in_field(&mut self, table: TableId, id: FieldId, change: impl FnOnce(&mut Field)) {
        if let Some(field) = self.table_mut(table).and_then(|table| table.field_mut(id)) {
            change(field);
        }
    }

    fn delete_table(&mut self, id: TableId) {
        let Some(place) = self.tables.iter().position(|table| table.id == id) else { return };
        let gone = self.tables.remove(place);
        gone.fields.iter().for_each(|field| self.do_without(field.id));
    }

    fn delete_field(&mut self, table: TableId, id: FieldId) {
        self.in_table(table, |table| {
            table.fields.retain(|field| field.id != id);
            table.views.iter_mut().for_each(|view| view.forget(id));
        });
        self.do_without(id);
    }

    /// What hung on a field is not valid any more; a link whose inverse it was links one way.
    fn do_without(&mut self, gone: FieldId) {
        for field in self.tables.iter_mut().flat_map(|table| &mut table.fields) {
            if broken_without(&field.kind, gone) {
                break_off(&mut field.kind);
            }
            if let FieldType::MultipleRecordLinks(options) = &mut field.kind {
                options.inverse_link_field_id.take_if(|inverse| *inverse == gone);
            }
        }
    }

    fn retype(&mut self, table: TableId, id: FieldId, kind: FieldType) {
        self.in_field(table, id, |field| field.kind = kind);
        follow(self, id);
    }
}

impl View {
    fn forget(&mut self, field: FieldId) {
        self.sort.retain(|by| by.field != field);
        if let Some(visible) = &mut self.visible_field_ids {
            visible.retain(|id| *id != field);
        }
    }
}

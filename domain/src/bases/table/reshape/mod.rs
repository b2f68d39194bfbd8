//! What becomes of the records when the schema changes. What was told of a field that cannot be worked out any more is
//! forgotten, so that its cells show the error.

mod choices;
mod convert;

use std::collections::BTreeSet;

use convert::converted;

use super::Tables;
use super::rows::Rows;
use crate::bases::cells::CellValue;
use crate::bases::computed::Computed;
use crate::bases::ids::{ChoiceId, FieldId, RecordId, TableId};
use crate::bases::schema::{Base, FieldType, SchemaChange};

impl Tables {
    pub fn apply_schema(&mut self, changes: &[SchemaChange]) {
        for change in changes {
            self.reshape(change);
        }
        self.computed = Computed::of(&self.base);
    }

    fn reshape(&mut self, change: &SchemaChange) {
        use SchemaChange as C;
        match change {
            C::TableDeleted { .. } | C::FieldDeleted { .. } | C::FieldRetyped { .. } => {
                // Earlier changes may have moved the fields.
                self.computed = Computed::of(&self.base);
                let before = broken(&self.base);
                self.rebuild(change);
                for field in broken(&self.base).difference(&before) {
                    self.forget_cells(*field);
                }
            }
            C::ChoiceDeleted { field, choice, .. } => {
                self.forget_choice(*field, *choice);
                self.base.apply(change);
            }
            _ => self.base.apply(change),
        }
    }

    fn rebuild(&mut self, change: &SchemaChange) {
        match change {
            SchemaChange::TableDeleted { table } => self.forget_table(*table),
            SchemaChange::FieldDeleted { field, .. } => {
                self.forget_field(*field);
                self.forget_edits(*field);
            }
            SchemaChange::FieldRetyped { table, field, kind } => {
                let cells = converted(self, *table, *field, kind);
                self.forget_field(*field);
                if kind.is_computed() {
                    // Nobody edits what is worked out, so nobody has.
                    self.forget_edits(*field);
                }
                self.base.apply(change);
                self.computed = Computed::of(&self.base);
                return self.fill(*table, *field, cells);
            }
            _ => {}
        }
        self.base.apply(change);
    }

    fn fill(&mut self, table: TableId, field: FieldId, cells: Vec<(RecordId, CellValue)>) {
        for (id, value) in cells {
            if let CellValue::Links(linked) = value {
                self.links.change(self.ends(field), id, &[], &linked);
            } else if let Some(record) = self.record_mut(table, id) {
                record.cells.insert(field, value);
            }
        }
    }

    fn forget_table(&mut self, table: TableId) {
        let gone = self.rows.remove(&table).unwrap_or_default();
        gone.iter().for_each(|record| self.links.forget(record.id));
        let fields = self.base.table(table).map(|table| &table.fields).into_iter().flatten();
        let links = fields.filter(|field| matches!(field.kind, FieldType::MultipleRecordLinks(_)));
        for link in links.map(|field| field.id).collect::<Vec<_>>() {
            self.links.without(self.ends(link));
        }
    }

    fn forget_field(&mut self, field: FieldId) {
        self.links.without(self.ends(field));
        self.forget_cells(field);
    }

    fn forget_edits(&mut self, field: FieldId) {
        for record in self.rows.values_mut().flat_map(Rows::iter_mut) {
            record.edited.remove(&field);
        }
    }

    fn forget_cells(&mut self, field: FieldId) {
        for record in self.rows.values_mut().flat_map(Rows::iter_mut) {
            record.cells.remove(&field);
        }
    }

    fn forget_choice(&mut self, field: FieldId, choice: ChoiceId) {
        for record in self.rows.values_mut().flat_map(Rows::iter_mut) {
            let Some(value) = record.cells.remove(&field) else { continue };
            let left = match value {
                CellValue::Choice(id) if id == choice => None,
                CellValue::Choices(ids) => {
                    CellValue::Choices(ids.into_iter().filter(|id| *id != choice).collect()).filled()
                }
                other => Some(other),
            };
            record.cells.extend(left.map(|value| (field, value)));
        }
    }
}

/// The fields that cannot be worked out.
fn broken(base: &Base) -> BTreeSet<FieldId> {
    let fields = base.tables.iter().flat_map(|table| &table.fields);
    fields.filter(|field| field.kind.is_broken()).map(|field| field.id).collect()
}

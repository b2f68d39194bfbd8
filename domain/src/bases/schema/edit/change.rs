//! What happened to a schema.

use serde::{Deserialize, Serialize};

use crate::bases::errors::ApiError;
use crate::bases::ids::{FieldId, TableId};
use crate::bases::schema::{Base, Field, Table};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum SchemaChange {
    TableCreated { table: Table },
    FieldCreated { table: TableId, field: Field },
    TableDescribed { table: TableId, name: String, description: Option<String> },
    FieldDescribed { table: TableId, field: FieldId, name: String, description: Option<String> },
}

impl SchemaChange {
    /// The fields that it makes.
    fn made(&mut self) -> &mut [Field] {
        match self {
            SchemaChange::TableCreated { table } => &mut table.fields,
            SchemaChange::FieldCreated { field, .. } => std::slice::from_mut(field),
            _ => &mut [],
        }
    }
}

impl Base {
    pub fn apply(&mut self, change: &SchemaChange) {
        match change.clone() {
            SchemaChange::TableCreated { table } => self.tables.push(table),
            SchemaChange::FieldCreated { table, field } => {
                if let Some(table) = self.table_mut(table) {
                    table.fields.push(field);
                }
            }
            SchemaChange::TableDescribed { table, name, description } => {
                if let Some(table) = self.table_mut(table) {
                    (table.name, table.description) = (name, description);
                }
            }
            SchemaChange::FieldDescribed { table, field, name, description } => {
                if let Some(field) = self.table_mut(table).and_then(|table| table.field_mut(field)) {
                    (field.name, field.description) = (name, description);
                }
            }
        }
    }

    /// The changes, if the base is sound with them, and what new fields promise filled in.
    pub(super) fn sound(&self, mut changes: Vec<SchemaChange>) -> Result<Vec<SchemaChange>, ApiError> {
        let mut changed = self.clone();
        changes.iter().for_each(|change| changed.apply(change));
        let mut made: Vec<&mut Field> = changes.iter_mut().flat_map(SchemaChange::made).collect();
        changed.complete(&made.iter().map(|field| field.id).collect::<Vec<_>>())?;
        changed.validate()?;
        for field in &mut made {
            if let Some((_, completed)) = changed.field(field.id) {
                field.kind = completed.kind.clone();
            }
        }
        Ok(changes)
    }
}

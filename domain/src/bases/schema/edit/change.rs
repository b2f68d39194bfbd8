//! What happened to a schema. The Web API makes and renames; people delete and retype in the client.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::bases::errors::ApiError;
use crate::bases::ids::{ChoiceId, FieldId, TableId, ViewId};
use crate::bases::schema::{Base, Choice, Field, FieldType, Table, View};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum SchemaChange {
    TableCreated {
        table: Table,
    },
    FieldCreated {
        table: TableId,
        field: Field,
    },
    TableDescribed {
        table: TableId,
        name: String,
        description: Option<String>,
    },
    /// Nothing: days do not hang on each other any more.
    TableScheduled {
        table: TableId,
        date_dependency_settings: Option<Value>,
    },
    FieldDescribed {
        table: TableId,
        field: FieldId,
        name: String,
        description: Option<String>,
    },
    TableDeleted {
        table: TableId,
    },
    FieldDeleted {
        table: TableId,
        field: FieldId,
    },
    /// Another type, or other options of the same.
    FieldRetyped {
        table: TableId,
        field: FieldId,
        kind: FieldType,
    },
    /// Brought along by a record that was written with `typecast`.
    ChoiceAdded {
        table: TableId,
        field: FieldId,
        choice: Choice,
    },
    ChoiceRenamed {
        table: TableId,
        field: FieldId,
        choice: ChoiceId,
        name: String,
    },
    ChoiceDeleted {
        table: TableId,
        field: FieldId,
        choice: ChoiceId,
    },
    ViewCreated {
        table: TableId,
        view: View,
    },
    ViewDeleted {
        table: TableId,
        view: ViewId,
    },
}

impl Base {
    /// The changes, if the base is sound with them, and what new fields promise filled in.
    pub(super) fn sound(&self, mut changes: Vec<SchemaChange>) -> Result<Vec<SchemaChange>, ApiError> {
        let mut changed = self.clone();
        changes.iter().for_each(|change| changed.apply(change));
        let made: Vec<_> = changes.iter_mut().flat_map(SchemaChange::made).collect();
        changed.complete(&made.iter().map(|(field, _)| *field).collect::<Vec<_>>())?;
        changed.validate()?;
        for (field, kind) in made {
            if let Some((_, completed)) = changed.field(field) {
                *kind = completed.kind.clone();
            }
        }
        Ok(changes)
    }
}

impl SchemaChange {
    /// The table that it changes; nothing where it makes one.
    pub fn table(&self) -> Option<TableId> {
        use SchemaChange as C;
        match self {
            C::TableCreated { .. } => None,
            C::FieldCreated { table, .. }
            | C::TableDescribed { table, .. }
            | C::TableScheduled { table, .. }
            | C::FieldDescribed { table, .. }
            | C::TableDeleted { table }
            | C::FieldDeleted { table, .. }
            | C::FieldRetyped { table, .. }
            | C::ChoiceAdded { table, .. }
            | C::ChoiceRenamed { table, .. }
            | C::ChoiceDeleted { table, .. }
            | C::ViewCreated { table, .. }
            | C::ViewDeleted { table, .. } => Some(*table),
        }
    }

    /// The fields whose type it gives.
    fn made(&mut self) -> Vec<(FieldId, &mut FieldType)> {
        match self {
            SchemaChange::TableCreated { table } => {
                table.fields.iter_mut().map(|field| (field.id, &mut field.kind)).collect()
            }
            SchemaChange::FieldCreated { field, .. } => vec![(field.id, &mut field.kind)],
            SchemaChange::FieldRetyped { field, kind, .. } => vec![(*field, kind)],
            _ => Vec::new(),
        }
    }
}

//! How a change stands to a schema: applying passes over what is not there, so that is asked before.

use crate::bases::errors::ApiError;
use crate::bases::ids::{ChoiceId, FieldId, TableId};
use crate::bases::schema::{self, ChoiceOptions, Field, SchemaChange, Table};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Due,
    /// The schema is as if it had been carried out.
    Done,
}

/// An error for what speaks of something that is not there. Ids are drawn by lot, so what is there under an id of the same
/// place is what would be made.
pub fn of(schema: &schema::Base, change: &SchemaChange) -> Result<Standing, ApiError> {
    use SchemaChange as C;
    let done = match change {
        C::TableCreated { table } => schema.table(table.id).is_some(),
        C::TableDeleted { table } => schema.table(*table).is_none(),
        C::FieldCreated { table, field } => owner(schema, *table)?.field(field.id).is_some(),
        C::FieldDeleted { table, field } => {
            schema.table(*table).is_none_or(|table| table.field(*field).is_none())
        }
        C::ViewCreated { table, view } => owner(schema, *table)?.views.iter().any(|it| it.id == view.id),
        C::ViewDeleted { table, view } => {
            schema.table(*table).is_none_or(|table| table.views.iter().all(|it| it.id != *view))
        }
        C::TableDescribed { table, name, description } => {
            let table = owner(schema, *table)?;
            table.name == *name && table.description == *description
        }
        C::TableScheduled { table, date_dependency_settings } => {
            owner(schema, *table)?.date_dependency_settings == *date_dependency_settings
        }
        C::FieldDescribed { table, field, name, description } => {
            let field = place(schema, *table, *field)?;
            field.name == *name && field.description == *description
        }
        C::FieldRetyped { table, field, kind } => place(schema, *table, *field)?.kind == *kind,
        C::ChoiceAdded { table, field, choice } => {
            choices(schema, *table, *field)?.choice(choice.id).is_some()
        }
        C::ChoiceRenamed { table, field, choice, name } => {
            named(choices(schema, *table, *field)?, *choice)? == name
        }
        C::ChoiceDeleted { table, field, choice } => {
            choices(schema, *table, *field).ok().is_none_or(|options| options.choice(*choice).is_none())
        }
    };
    Ok(if done { Standing::Done } else { Standing::Due })
}

fn owner(schema: &schema::Base, table: TableId) -> Result<&Table, ApiError> {
    schema.table(table).ok_or(ApiError::PermissionsOrModelNotFound)
}

fn place(schema: &schema::Base, table: TableId, field: FieldId) -> Result<&Field, ApiError> {
    owner(schema, table)?.field(field).ok_or_else(|| ApiError::UnknownFieldName(field.to_string()))
}

fn choices(schema: &schema::Base, table: TableId, field: FieldId) -> Result<&ChoiceOptions, ApiError> {
    let field = place(schema, table, field)?;
    field.choices().ok_or_else(|| ApiError::InvalidFieldOptions { field: field.name.clone() })
}

fn named(options: &ChoiceOptions, choice: ChoiceId) -> Result<&String, ApiError> {
    let found = options.choice(choice).map(|choice| &choice.name);
    found.ok_or_else(|| ApiError::UnknownChoice { name: choice.to_string() })
}

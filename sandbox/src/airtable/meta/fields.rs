//! Fields: a new one, another name for one.

use domain::bases::errors::ApiError;
use domain::bases::ids::FieldId;
use domain::bases::schema::{FieldDraft, Renaming, SchemaChange};
use serde_json::Value;

use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{Held, PermissionLevel, Scope, write};

pub fn create_field(call: &Call<'_>, base: &str, table: &str) -> Said {
    let held = call.base_for(base, Scope::SchemaWrite, PermissionLevel::Create)?;
    let mut held = write(&held);
    let table = held.table(table)?.id;
    let draft: FieldDraft = call.body()?.read()?;
    let changes = held.tables.base().plan_field(table, draft, &mut call.app.mint())?;
    let effects = held.reshape(&changes, &call.actor(), call.at);
    // Its inverse comes behind it.
    let Some(SchemaChange::FieldCreated { field, .. }) = changes.first() else {
        return Err(ApiError::ServerError);
    };
    Ok(said(&one(&held, field.id)?)?.with(effects))
}

pub fn change_field(call: &Call<'_>, base: &str, table: &str, called: &str) -> Said {
    let held = call.base_for(base, Scope::SchemaWrite, PermissionLevel::Create)?;
    let mut held = write(&held);
    let schema = held.table(table)?;
    let (table, field) = (schema.id, schema.field_called(called)?.id);
    let renaming: Renaming = call.body()?.read()?;
    let changes = held.tables.base().plan_field_renaming(table, called, renaming)?;
    let effects = held.reshape(&changes, &call.actor(), call.at);
    Ok(said(&one(&held, field)?)?.with(effects))
}

fn one(held: &Held, id: FieldId) -> Result<Value, ApiError> {
    held.tables.base().field(id).map(|(_, field)| field.said()).ok_or(ApiError::ServerError)
}

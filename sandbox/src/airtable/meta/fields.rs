//! Fields: a new one, another name for one.

use domain::bases::errors::ApiError;
use domain::bases::schema::{FieldDraft, Renaming};

use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{PermissionLevel, Scope, write};

pub fn create_field(call: &Call<'_>, base: &str, table: &str) -> Said {
    let held = call.base_for(base, Scope::SchemaWrite, PermissionLevel::Create)?;
    let mut held = write(&held);
    let draft: FieldDraft = call.body()?.read()?;
    let table = held.table(table)?.id;
    let name = draft.name.clone();
    let changes = held.tables.base().plan_field(table, draft, &mut call.app.mint())?;
    let effects = held.reshape(&changes, &call.actor(), call.at);
    let created = held.tables.base().table(table).ok_or(ApiError::ServerError)?.field_called(&name)?;
    Ok(said(&created.said())?.with(effects))
}

pub fn change_field(call: &Call<'_>, base: &str, table: &str, called: &str) -> Said {
    let held = call.base_for(base, Scope::SchemaWrite, PermissionLevel::Create)?;
    let mut held = write(&held);
    let renaming: Renaming = call.body()?.read()?;
    let schema = held.table(table)?;
    let (table, field) = (schema.id, schema.field_called(called)?.id);
    let changes = held.tables.base().plan_field_renaming(table, called, renaming)?;
    let effects = held.reshape(&changes, &call.actor(), call.at);
    let (_, changed) = held.tables.base().field(field).ok_or(ApiError::ServerError)?;
    Ok(said(&changed.said())?.with(effects))
}

//! Tables: all of a base, a new one, another name for one.

use domain::bases::errors::ApiError;
use domain::bases::ids::TableId;
use domain::bases::requests::table_changes;
use domain::bases::schema::TableDraft;
use serde_json::{Value, json};

use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{Held, PermissionLevel, Scope, read, write};

pub fn list_tables(call: &Call<'_>, base: &str) -> Said {
    let held = call.base(base, Scope::SchemaRead)?;
    let with_fields = call.query.list("include").contains(&"visibleFieldIds");
    said(&json!({ "tables": all(&read(&held), with_fields) }))
}

pub fn create_table(call: &Call<'_>, base: &str) -> Said {
    let held = call.base_for(base, Scope::SchemaWrite, PermissionLevel::Create)?;
    let mut held = write(&held);
    let draft: TableDraft = call.body()?.read()?;
    let changes = held.tables.base().plan_table(draft, &mut call.app.mint())?;
    let effects = held.reshape(&changes, &call.actor(), call.at);
    let created = held.tables.base().tables.last().ok_or(ApiError::ServerError)?;
    Ok(said(&created.said(false))?.with(effects))
}

pub fn change_table(call: &Call<'_>, base: &str, called: &str) -> Said {
    let held = call.base_for(base, Scope::SchemaWrite, PermissionLevel::Create)?;
    let mut held = write(&held);
    let id = held.table(called)?.id;
    let changes = table_changes(held.tables.base(), id, &call.body()?)?;
    let effects = held.reshape(&changes, &call.actor(), call.at);
    Ok(said(&one(&held, id)?)?.with(effects))
}

pub fn all(held: &Held, with_fields: bool) -> Vec<Value> {
    held.tables.base().tables.iter().map(|table| table.said(with_fields)).collect()
}

fn one(held: &Held, id: TableId) -> Result<Value, ApiError> {
    held.tables.base().table(id).map(|found| found.said(false)).ok_or(ApiError::PermissionsOrModelNotFound)
}

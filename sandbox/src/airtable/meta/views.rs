//! Views: all of a base, one of them, and its end.

use domain::bases::errors::ApiError;
use domain::bases::schema::{Table, View};
use serde_json::{Value, json};

use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{Held, PermissionLevel, Scope, read, write};

pub fn list_views(call: &Call<'_>, base: &str) -> Said {
    let held = call.base(base, Scope::WorkspacesRead)?;
    let with_fields = call.query.list("include").contains(&"visibleFieldIds");
    let held = read(&held);
    let said_views: Vec<Value> = views(&held).map(|(table, view)| view.said(table, with_fields)).collect();
    said(&json!({ "views": said_views }))
}

pub fn show_view(call: &Call<'_>, base: &str, id: &str) -> Said {
    let held = call.base(base, Scope::WorkspacesRead)?;
    let held = read(&held);
    let (table, view) = find(&held, id)?;
    said(&view.said(table, true))
}

pub fn delete_view(call: &Call<'_>, base: &str, id: &str) -> Said {
    let held = call.base_for(base, Scope::WorkspacesWrite, PermissionLevel::Create)?;
    let mut held = write(&held);
    let (table, view) = find(&held, id)?;
    let id = view.id;
    let changes = held.tables.base().plan_view_deletion(table.id, id.as_str())?;
    let effects = held.reshape(&changes, &call.actor(), call.at);
    Ok(said(&json!({ "id": id, "deleted": true }))?.with(effects))
}

fn find<'a>(held: &'a Held, id: &str) -> Result<(&'a Table, &'a View), ApiError> {
    let found = views(held).find(|(_, view)| view.id.as_str() == id);
    found.ok_or(ApiError::PermissionsOrModelNotFound)
}

fn views(held: &Held) -> impl Iterator<Item = (&Table, &View)> {
    let tables = held.tables.base().tables.iter();
    tables.flat_map(|table| table.views.iter().map(move |view| (table, view)))
}

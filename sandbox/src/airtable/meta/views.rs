//! Views: all of a base, one of them, and its end.

use domain::bases::errors::ApiError;
use domain::bases::schema::View;
use serde_json::{Value, json};

use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{Held, PermissionLevel, Scope, read};

pub fn list_views(call: &Call<'_>, base: &str) -> Said {
    let held = call.base(base, Scope::WorkspacesRead)?;
    said(&json!({ "views": views(&read(&held)).map(view).collect::<Vec<_>>() }))
}

pub fn show_view(call: &Call<'_>, base: &str, id: &str) -> Said {
    let held = call.base(base, Scope::WorkspacesRead)?;
    let held = read(&held);
    let found = views(&held).find(|view| view.id.as_str() == id);
    said(&view(found.ok_or(ApiError::PermissionsOrModelNotFound)?))
}

pub fn delete_view(call: &Call<'_>, base: &str, _id: &str) -> Said {
    call.base_for(base, Scope::WorkspacesWrite, PermissionLevel::Create)?;
    Err(ApiError::NotPermitted)
}

fn views(held: &Held) -> impl Iterator<Item = &View> {
    held.tables.base().tables.iter().flat_map(|table| &table.views)
}

fn view(view: &View) -> Value {
    json!(view)
}

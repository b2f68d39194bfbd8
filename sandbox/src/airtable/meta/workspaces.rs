//! Workspaces: what lies in one.

use domain::bases::cells::write_moment;
use domain::bases::errors::ApiError;
use domain::bases::ids::{BaseId, WorkspaceId};
use jiff::Timestamp;
use serde_json::json;

use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{Held, Scope, read};

pub fn show_workspace(call: &Call<'_>, id: &str) -> Said {
    call.caller.must_have(Scope::WorkspacesRead)?;
    let id = WorkspaceId::parse(id).map_err(|_| ApiError::PermissionsOrModelNotFound)?;
    let name = call.app.world.accounts().workspaces.get(&id).map(|workspace| workspace.name.clone());
    let name = name.ok_or(ApiError::PermissionsOrModelNotFound)?;
    let seen = |held: &Held| held.workspace == id && call.caller.may(held, Scope::WorkspacesRead).is_ok();
    let within: Vec<(BaseId, Timestamp)> = call
        .app
        .world
        .bases()
        .iter()
        .filter_map(|held| {
            let held = read(held);
            seen(&held).then(|| (held.id(), held.created))
        })
        .collect();
    // Unsettled: when a workspace was made; it is as old as its oldest base here.
    let created = within.iter().map(|(_, created)| *created).min().unwrap_or(call.at);
    said(&json!({
        "id": id,
        "name": name,
        "createdTime": write_moment(created),
        "baseIds": within.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        "workspaceRestrictions": {
            "inviteCreationRestriction": "unrestricted", "shareCreationRestriction": "unrestricted",
        },
    }))
}

//! Bases: which there are, making and deleting one.

use std::collections::BTreeMap;

use domain::bases::cells::write_moment;
use domain::bases::errors::ApiError;
use domain::bases::ids::{BaseId, WorkspaceId};
use domain::bases::requests::NewBase;
use serde_json::{Map, Value, json};

use crate::airtable::edge::{Call, Said, said};
use crate::airtable::journal::Effect;
use crate::airtable::world::{Held, PermissionLevel, Scope, read};

const PAGE_SIZE: usize = 1_000;

/// A thousand on a page; the next one begins after the base that the offset names.
pub fn list_bases(call: &Call<'_>) -> Said {
    call.caller.must_have(Scope::SchemaRead)?;
    let after = call.query.one("offset").map(BaseId::parse).transpose();
    let after =
        after.map_err(|_| ApiError::InvalidOffset(call.query.one("offset").unwrap_or_default().into()))?;
    let mut listed: Vec<(BaseId, Value)> = Vec::new();
    for held in call.app.world.bases() {
        let held = read(&held);
        if call.caller.may(&held, Scope::SchemaRead).is_ok() && after.is_none_or(|after| held.id() > after) {
            listed.push((held.id(), summary(call, &held)));
        }
    }
    let next = listed.get(PAGE_SIZE - 1).map(|(id, _)| *id).filter(|_| listed.len() > PAGE_SIZE);
    let mut body = Map::new();
    body.insert("bases".into(), listed.into_iter().take(PAGE_SIZE).map(|(_, base)| base).collect());
    if let Some(next) = next {
        body.insert("offset".into(), json!(next));
    }
    said(&body)
}

fn summary(call: &Call<'_>, held: &Held) -> Value {
    let level = held.level_of(call.caller.person.id);
    json!({ "id": held.id(), "name": held.tables.base().name, "permissionLevel": level })
}

pub fn create_base(call: &Call<'_>) -> Said {
    call.caller.must_have(Scope::SchemaWrite)?;
    let asked: NewBase<WorkspaceId> = call.body()?.read()?;
    if !call.app.world.accounts().workspaces.contains_key(&asked.workspace_id) {
        return Err(ApiError::PermissionsOrModelNotFound);
    }
    let mut mint = call.app.mint();
    let (id, workspace) = (mint.make(), asked.workspace_id);
    let base = asked.planned(id, &mut mint)?;
    let people = call.app.world.accounts().collaborators();
    let levels = BTreeMap::from([(call.caller.person.id, PermissionLevel::Create)]);
    let held = Held::new(base, people, workspace, call.at, levels, call.app.world.around.clone());
    let body = json!({ "id": held.id(), "tables": super::tables::all(&held, false) });
    let effect = Effect::new("base.created", held.id());
    call.app.world.put(held);
    Ok(said(&body)?.with(vec![effect]))
}

pub fn show_base(call: &Call<'_>, base: &str) -> Said {
    let held = call.base(base, Scope::WorkspacesRead)?;
    let held = read(&held);
    let accounts = call.app.world.accounts();
    let included = call.query.list("include");
    let mut body = json!({
        "id": held.id(),
        "name": held.tables.base().name,
        "createdTime": write_moment(held.created),
        "permissionLevel": held.level_of(call.caller.person.id),
        "workspaceId": held.workspace,
    });
    if included.contains(&"collaborators") {
        let people = held.levels.iter().filter_map(|(id, level)| {
            let person = accounts.people.get(id)?;
            Some(json!({
                "userId": id, "email": person.email, "permissionLevel": level,
                "createdTime": write_moment(held.created), "grantedByUserId": id,
            }))
        });
        body["individualCollaborators"] =
            json!({ "baseCollaborators": people.collect::<Vec<_>>(), "workspaceCollaborators": [] });
        body["groupCollaborators"] = json!({ "baseCollaborators": [], "workspaceCollaborators": [] });
    }
    if included.contains(&"inviteLinks") {
        body["inviteLinks"] = json!({ "baseInviteLinks": [], "workspaceInviteLinks": [] });
    }
    if included.contains(&"interfaces") {
        body["interfaces"] = json!({});
    }
    said(&body)
}

pub fn delete_base(call: &Call<'_>, base: &str) -> Said {
    let held = call.base_for(base, Scope::WorkspacesWrite, PermissionLevel::Create)?;
    let id = read(&held).id();
    call.app.world.remove(id);
    Ok(said(&json!({ "id": id, "deleted": true }))?.with(vec![Effect::new("base.deleted", id)]))
}

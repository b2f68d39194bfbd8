//! Loading a seed: all of it or nothing. A base that is there already is replaced.

use std::collections::BTreeMap;

use domain::bases::cells::Collaborator;
use domain::bases::errors::ApiError;
use domain::bases::ids::{BaseId, UserId};
use domain::bases::table::whole_second;

use super::{Seed, SeedBase, files, tables};
use crate::airtable::app::App;
use crate::airtable::files::{Full, make_room};
use crate::airtable::world::{Held, PermissionLevel};

/// What is wrong in a seed, and where.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("the seed is no JSON of the format: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("base {base}: {error}")]
    Unsound { base: BaseId, error: ApiError },
    #[error("record {record}: there is no field {field:?} in its table")]
    UnknownField { record: String, field: String },
    #[error("record {record}: field {field:?} cannot hold the value")]
    UnreadableCell { record: String, field: String },
    #[error("record {record} is there twice")]
    Twice { record: String },
    #[error(transparent)]
    Full(#[from] Full),
}

pub fn load(app: &App, seed: Seed) -> Result<Vec<BaseId>, SeedError> {
    let people: Vec<Collaborator> = {
        let known = app.world.accounts();
        known.collaborators().into_iter().chain(seed.collaborators()).collect()
    };
    let users: Vec<UserId> = {
        let known = app.world.accounts();
        known.people.keys().copied().chain(seed.people.iter().map(|person| person.id)).collect()
    };
    let mut bases = Vec::with_capacity(seed.bases.len());
    let mut files = Vec::new();
    for mut base in seed.bases {
        files.extend(files::taken_out(&mut base)?);
        bases.push(held(base, &people, &users, app)?);
    }
    make_room(app, files.iter().map(|(_, file)| file.bytes.len()).sum())?;
    files.into_iter().try_for_each(|(id, file)| app.files.keep(id, file))?;
    let ids = bases.iter().map(Held::id).collect();
    let mut accounts = app.world.accounts_mut();
    accounts.people.extend(seed.people.into_iter().map(|person| (person.id, person)));
    accounts.workspaces.extend(seed.workspaces.into_iter().map(|one| (one.id, one)));
    accounts.tokens.extend(seed.tokens.into_iter().map(|token| (token.token.clone(), token)));
    accounts.integrations.extend(seed.integrations.into_iter().map(|one| (one.client_id.clone(), one)));
    drop(accounts);
    bases.into_iter().for_each(|base| app.world.put(base));
    Ok(ids)
}

fn held(seed: SeedBase, people: &[Collaborator], users: &[UserId], app: &App) -> Result<Held, SeedError> {
    let created = seed.created_time.unwrap_or_else(|| whole_second(app.now()));
    let around = app.world.around.clone();
    let tables = tables(&seed, people, created)?;
    let levels = levels(&seed.permission_levels, users);
    let mut held = Held::new(tables, seed.workspace_id, created, levels, around);
    held.field_levels = seed.field_permission_levels;
    for record in seed.tables.iter().flat_map(|table| &table.records) {
        record.comments.iter().for_each(|comment| held.comments.add(record.id, comment.clone()));
    }
    Ok(held)
}

fn levels(given: &BTreeMap<UserId, PermissionLevel>, users: &[UserId]) -> BTreeMap<UserId, PermissionLevel> {
    let level = |user: &UserId| given.get(user).copied().unwrap_or(PermissionLevel::Create);
    users.iter().map(|user| (*user, level(user))).collect()
}

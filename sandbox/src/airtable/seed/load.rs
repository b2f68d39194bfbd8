//! Loading a seed: all of it or nothing. A base that is there already is replaced.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::cells::Collaborator;
use domain::bases::errors::ApiError;
use domain::bases::ids::{BaseId, FieldId, TableId, UserId};
use domain::bases::schema::{Base, Field};
use domain::bases::table::{Change, Edit, Stamp, Tables, whole_second};
use jiff::Timestamp;

use super::{Seed, SeedBase, SeedRecord, files};
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
        let of_seed = seed.people.iter().map(|person| person.as_collaborator());
        known.collaborators().into_iter().chain(of_seed).collect()
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
    let tables: Vec<_> = seed.tables.iter().map(|table| table.table.clone()).collect();
    let mut base = Base { id: seed.id, name: seed.name, tables };
    base.complete_all().map_err(|error| SeedError::Unsound { base: seed.id, error })?;
    base.validate().map_err(|error| SeedError::Unsound { base: seed.id, error })?;
    let levels = levels(&seed.permission_levels, users);
    let mut held = Held::new(base, people.to_vec(), seed.workspace_id, created, levels, around);
    held.field_levels = seed.field_permission_levels;
    for table in &seed.tables {
        make(&mut held.tables, table.table.id, &table.records, created, people)?;
    }
    for table in &seed.tables {
        for record in &table.records {
            fill(&mut held.tables, table.table.id, record, created, people)?;
            record.comments.iter().for_each(|comment| held.comments.add(record.id, comment.clone()));
        }
    }
    Ok(held)
}

fn levels(given: &BTreeMap<UserId, PermissionLevel>, users: &[UserId]) -> BTreeMap<UserId, PermissionLevel> {
    let level = |user: &UserId| given.get(user).copied().unwrap_or(PermissionLevel::Create);
    users.iter().map(|user| (*user, level(user))).collect()
}

/// Records are there before any is linked.
fn make(
    tables: &mut Tables,
    table: TableId,
    records: &[SeedRecord],
    base_created: Timestamp,
    people: &[Collaborator],
) -> Result<(), SeedError> {
    let mut seen = BTreeSet::new();
    for (place, record) in records.iter().enumerate() {
        let number = record.number.unwrap_or(place as u64 + 1);
        if !seen.insert(record.id) || tables.table_of(record.id).is_some() {
            return Err(SeedError::Twice { record: record.id.to_string() });
        }
        let created = Change::RecordCreated { table, record: record.id, number };
        let stamp = stamp(record.created_time.unwrap_or(base_created), record.created_by, people);
        tables.apply(&Edit { stamp, changes: vec![created] });
    }
    Ok(())
}

fn fill(
    tables: &mut Tables,
    table: TableId,
    record: &SeedRecord,
    base_created: Timestamp,
    people: &[Collaborator],
) -> Result<(), SeedError> {
    let Some(made) = tables.record(table, record.id) else { return Ok(()) };
    // It is made once more with its cells, since those that a record is made with are no edits of it.
    let mut first = vec![Change::RecordCreated { table, record: record.id, number: made.number }];
    let mut later = edited(tables, table, record)?;
    for (called, value) in &record.fields {
        let field = field(tables, table, record, called)?.clone();
        let change = tables.observed(table, record.id, &field, value).map_err(|_| {
            SeedError::UnreadableCell { record: record.id.to_string(), field: called.clone() }
        })?;
        let Some(change) = change else { continue };
        match later.get_mut(&field.id) {
            Some(edit) => *edit = change,
            None => first.push(change),
        }
    }
    let creation = stamp(record.created_time.unwrap_or(base_created), record.created_by, people);
    tables.apply(&Edit { stamp: creation, changes: first });
    for (edit, change) in record.edited.values().zip(later.into_values()) {
        tables.apply(&Edit { stamp: stamp(edit.at, edit.by, people), changes: vec![change] });
    }
    Ok(())
}

/// What edits come to where the record says no more: the cell was cleared, or its links are known from their other side and
/// stay.
fn edited(
    tables: &Tables,
    table: TableId,
    record: &SeedRecord,
) -> Result<BTreeMap<FieldId, Change>, SeedError> {
    let cleared = |id: &FieldId| {
        let field = field(tables, table, record, id.as_str())?.id;
        Ok((field, Change::CellSet { table, record: record.id, field, value: None }))
    };
    record.edited.keys().map(cleared).collect()
}

fn field<'a>(
    tables: &'a Tables,
    table: TableId,
    record: &SeedRecord,
    called: &str,
) -> Result<&'a Field, SeedError> {
    let found = tables.base().table(table).and_then(|table| table.field_called(called).ok());
    found.ok_or_else(|| SeedError::UnknownField { record: record.id.to_string(), field: called.to_owned() })
}

fn stamp(at: Timestamp, by: Option<UserId>, people: &[Collaborator]) -> Stamp {
    let by = by.and_then(|by| people.iter().find(|one| one.id == by.as_str()).cloned());
    Stamp { at, by }
}

//! What is held, as a seed.

use std::collections::BTreeMap;

use domain::bases::ids::{FieldId, UserId};
use domain::bases::schema::{Field, Table};
use domain::bases::table::{Fields, Keys, Record, Saying, Stamp};

use super::{Seed, SeedBase, SeedEdit, SeedRecord, SeedTable, files};
use crate::airtable::app::App;
use crate::airtable::files::Files;
use crate::airtable::world::{Held, PermissionLevel, read};

pub fn export(app: &App) -> Seed {
    // No base is waited for while holding the accounts.
    let bases = app.world.bases().iter().map(|held| base(&app.files, &read(held))).collect();
    let accounts = app.world.accounts();
    Seed {
        people: accounts.people.values().cloned().collect(),
        workspaces: accounts.workspaces.values().cloned().collect(),
        tokens: accounts.tokens.values().cloned().collect(),
        integrations: accounts.integrations.values().cloned().collect(),
        bases,
    }
}

pub fn base(files: &Files, held: &Held) -> SeedBase {
    let base = held.tables.base();
    SeedBase {
        id: base.id,
        name: base.name.clone(),
        workspace_id: held.workspace,
        created_time: Some(held.created),
        permission_levels: levels(held),
        field_permission_levels: held.field_levels.clone(),
        tables: base.tables.iter().map(|table| exported(files, held, table)).collect(),
    }
}

/// Who is not named in a seed may create, so those who may nothing are named.
fn levels(held: &Held) -> BTreeMap<UserId, PermissionLevel> {
    let people = held.tables.people.iter().filter_map(|person| UserId::parse(&person.id).ok());
    people.map(|id| (id, held.level_of(id))).chain(held.levels.clone()).collect()
}

fn exported(files: &Files, held: &Held, table: &Table) -> SeedTable {
    let records = held.tables.records(table.id).map(|one| {
        let mut record = record(held, table, one);
        files::put_in(files, &mut record.fields);
        record
    });
    let records = records.collect();
    SeedTable { table: table.clone(), records }
}

fn record(held: &Held, table: &Table, record: &Record) -> SeedRecord {
    SeedRecord {
        id: record.id,
        created_time: Some(record.created.at),
        created_by: user(&record.created),
        number: Some(record.number),
        fields: kept(held, table, record),
        edited: edits(record),
        comments: held.comments.of(record.id).cloned().collect(),
    }
}

/// What is worked out is worked out again.
fn kept(held: &Held, table: &Table, record: &Record) -> Fields {
    // What is kept does not depend on the time.
    let reading = held.tables.at(record.created.at);
    let Ok(saying) = Saying::all(&reading, table.id, Keys::Names) else { return Fields::new() };
    let is_kept = |field: &Field| field.kind.is_writable() || record.cells.contains_key(&field.id);
    let mut cells = saying.cells(record);
    cells.retain(|name, _| table.field_called(name).is_ok_and(is_kept));
    cells
}

fn edits(record: &Record) -> BTreeMap<FieldId, SeedEdit> {
    let edit = |stamp: &Stamp| SeedEdit { at: stamp.at, by: user(stamp) };
    record.edited.iter().map(|(field, stamp)| (*field, edit(stamp))).collect()
}

fn user(stamp: &Stamp) -> Option<UserId> {
    UserId::parse(&stamp.by.as_ref()?.id).ok()
}

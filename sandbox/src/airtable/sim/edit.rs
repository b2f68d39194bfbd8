//! Editing records as a person does in the client: what they type is understood, and they may paste any number of rows.

use std::collections::BTreeMap;

use domain::bases::errors::ApiError;
use domain::bases::ids::{RecordId, TableId, UserId};
use domain::bases::table::{Batch, Change, Done, Fields, Tables, Verb, whole_second};
use serde::Deserialize;
use serde_json::json;

use super::refusal::Refusal;
use super::{Answer, Asked};
use crate::airtable::webhooks::Source;
use crate::airtable::world::{Actor, Person, write};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    #[serde(rename = "as")]
    person: UserId,
    table: String,
    /// By which way the change comes; webhooks tell it.
    #[serde(default)]
    source: Option<Source>,
    #[serde(default)]
    create: Vec<Fields>,
    #[serde(default)]
    update: Vec<Update>,
    #[serde(default)]
    delete: Vec<String>,
    /// Out of the trash: records that were deleted, with what they held.
    #[serde(default)]
    restore: Vec<Update>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Update {
    id: String,
    fields: Fields,
}

/// All of it or nothing: it is rehearsed before it is carried out.
pub fn edit(asked: &Asked<'_>, base: &str) -> Answer {
    let edit: Edit = asked.read()?;
    let person = person(asked, edit.person)?;
    let held = asked.app.world.base(base)?;
    let mut held = write(&held);
    let table = held.table(&edit.table)?.id;
    let batch = || batch(asked, table, &person);
    let updates: Vec<_> = edit.update.into_iter().map(|row| (row.id, row.fields)).collect();
    let deletes: Vec<&str> = edit.delete.iter().map(String::as_str).collect();
    let mut rehearsed = held.tables.clone();
    let created = rehearse(&mut rehearsed, |tables| tables.plan_create(batch(), &edit.create))?;
    let updated = rehearse(&mut rehearsed, |tables| tables.plan_update(batch(), Verb::Patch, &updates))?;
    let deleted = rehearse(&mut rehearsed, |tables| tables.plan_delete(batch(), &deletes))?;
    let (ids, rows): (Vec<_>, Vec<_>) = edit.restore.into_iter().map(|row| (row.id, row.fields)).unzip();
    let restored = rehearse(&mut rehearsed, |tables| restored(tables, batch(), &ids, &rows))?;
    let actor = Actor { person: person.clone(), source: edit.source.unwrap_or(Source::Client) };
    let steps =
        [&created, &updated, &deleted, &restored].into_iter().filter(|done| !done.edit.changes.is_empty());
    let effects = steps.flat_map(|done| held.carry_out(&done.edit, &actor)).collect();
    asked.note("sim.edit", base, person.id, effects);
    Ok(json!({ "created": created.records, "updated": updated.records, "deleted": deleted.records }))
}

/// Made anew under the ids that they had. Unsettled: that they count as made now.
fn restored(tables: &Tables, batch: Batch, ids: &[String], rows: &[Fields]) -> Result<Done, ApiError> {
    let table = batch.table;
    let mut done = tables.plan_create(batch, rows)?;
    let ids = ids.iter().map(|id| RecordId::parse(id).map_err(|_| ApiError::RecordNotFound));
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    if ids.iter().any(|id| tables.record(table, *id).is_some()) {
        return Err(ApiError::RecordNotFound);
    }
    let made: Vec<_> = done.edit.changes.iter().filter_map(made).collect();
    let known: BTreeMap<_, _> = made.into_iter().zip(ids).collect();
    done.edit.changes.iter_mut().for_each(|change| call_by(&known, change));
    Ok(done)
}

fn made(change: &Change) -> Option<RecordId> {
    match change {
        Change::RecordCreated { record, .. } => Some(*record),
        _ => None,
    }
}

fn call_by(known: &BTreeMap<RecordId, RecordId>, change: &mut Change) {
    if let Change::RecordCreated { record, .. }
    | Change::CellSet { record, .. }
    | Change::Linked { record, .. } = change
    {
        *record = known.get(record).copied().unwrap_or(*record);
    }
}

fn rehearse(
    tables: &mut Tables,
    plan: impl FnOnce(&Tables) -> Result<Done, ApiError>,
) -> Result<Done, ApiError> {
    let done = plan(tables)?;
    tables.apply(&done.edit);
    Ok(done)
}

pub fn person(asked: &Asked<'_>, id: UserId) -> Result<Person, Refusal> {
    let found = asked.app.world.accounts().people.get(&id).cloned();
    found.ok_or_else(|| Refusal::not_found("there is no such user"))
}

fn batch(asked: &Asked<'_>, table: TableId, person: &Person) -> Batch {
    let by = Some(person.as_collaborator());
    let (at, mint) = (whole_second(asked.app.now()), asked.app.mint());
    Batch { table, typecast: true, at, by, mint, records_max: usize::MAX }
}

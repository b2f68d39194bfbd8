//! Editing records as a person does in the client: what they type is understood, and they may paste any number of rows.

use domain::bases::ids::{RecordId, TableId, UserId};
use domain::bases::table::{Batch, Done, Fields, RECORDS_MAX, Verb};
use serde::Deserialize;
use serde_json::json;

use super::refusal::Refusal;
use super::{Answer, Asked};
use crate::airtable::edge::whole_second;
use crate::airtable::webhooks::Source;
use crate::airtable::world::{Actor, Held, Person, write};

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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Update {
    id: String,
    fields: Fields,
}

/// Ten records at a time, each ten one transaction.
pub fn edit(asked: &Asked<'_>, base: &str) -> Answer {
    let edit: Edit = asked.read()?;
    let person = person(asked, edit.person)?;
    let actor = Actor { person: person.clone(), source: edit.source.unwrap_or(Source::Client) };
    let held = asked.app.world.base(base)?;
    let mut held = write(&held);
    let table = held.table(&edit.table)?.id;
    let batch = || batch(asked, table, &person);
    let (mut created, mut updated, mut deleted) = (Vec::new(), Vec::new(), Vec::new());
    for rows in edit.create.chunks(RECORDS_MAX) {
        let done = held.tables.plan_create(batch(), rows)?;
        created.extend(carried_out(&mut held, &done, &actor));
    }
    for rows in edit.update.chunks(RECORDS_MAX) {
        let rows: Vec<_> = rows.iter().map(|row| (row.id.clone(), row.fields.clone())).collect();
        let done = held.tables.plan_update(batch(), Verb::Patch, &rows)?;
        updated.extend(carried_out(&mut held, &done, &actor));
    }
    for ids in edit.delete.chunks(RECORDS_MAX) {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let done = held.tables.plan_delete(batch(), &ids)?;
        deleted.extend(carried_out(&mut held, &done, &actor));
    }
    Ok(json!({ "created": created, "updated": updated, "deleted": deleted }))
}

pub fn person(asked: &Asked<'_>, id: UserId) -> Result<Person, Refusal> {
    let found = asked.app.world.accounts().people.get(&id).cloned();
    found.ok_or_else(|| Refusal::not_found("there is no such user"))
}

fn batch(asked: &Asked<'_>, table: TableId, person: &Person) -> Batch {
    let by = Some(person.as_collaborator());
    Batch { table, typecast: true, at: whole_second(asked.app.now()), by, mint: asked.app.mint() }
}

fn carried_out(held: &mut Held, done: &Done, actor: &Actor) -> Vec<RecordId> {
    held.carry_out(&done.edit, actor);
    done.records.clone()
}

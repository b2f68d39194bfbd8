//! Whom the cells name that a write fills in.

use std::collections::BTreeSet;

use domain::bases::airtable_id_of;
use domain::bases::cells::{CellValue, Collaborator, parted};
use domain::bases::schema::{FieldType, Table};
use domain::bases::table::{Change, Edit};
use domain::identity::{TenantId, UserId, address};
use projections::identity::members;
use serde_json::Value;

use super::{PERSON, members_called};
use crate::Api;
use crate::bases::records::{Asked, Place, RecordsFault};
use crate::identity::reserved::EMAIL;

/// Whom a write names.
#[derive(Default)]
pub struct Named {
    members: Vec<Collaborator>,
    others: Vec<Collaborator>,
}

impl Named {
    /// Members, and whoever stands in cells of the base.
    pub async fn of(api: &Api, place: Place<'_>, table: &Table, asked: &Asked) -> Result<Self, RecordsFault> {
        let named = references(table, asked);
        if named.is_empty() {
            return Ok(Self::default());
        }
        let members = members_named(api, place.tenant, &named).await?;
        let named: Vec<String> = named.into_iter().collect();
        Ok(Self { members, others: api.records.people(place.tenant, place.base, &named).await? })
    }

    pub fn all(&self) -> impl Iterator<Item = Collaborator> {
        self.members.iter().chain(&self.others).cloned()
    }

    /// Members are found by their addresses, which are kept with what they say of themselves and nowhere else.
    pub fn keep_ids_alone(&self, edit: &mut Edit) {
        let values = edit.changes.iter_mut().filter_map(|change| match change {
            Change::CellSet { value, .. } => value.as_mut(),
            _ => None,
        });
        for person in values.flat_map(people_in) {
            if self.members.iter().any(|member| member.id == person.id) {
                person.email = None;
            }
        }
    }
}

fn people_in(value: &mut CellValue) -> &mut [Collaborator] {
    match value {
        CellValue::Collaborator(one) => std::slice::from_mut(one),
        CellValue::Collaborators(all) => all,
        _ => &mut [],
    }
}

/// Ids and addresses.
fn references(table: &Table, asked: &Asked) -> BTreeSet<String> {
    let mut references = BTreeSet::new();
    for (called, value) in asked.rows().flatten() {
        let Ok(field) = table.field_called(called) else { continue };
        if matches!(field.kind, FieldType::SingleCollaborator | FieldType::MultipleCollaborators) {
            refer(value, &mut references);
        }
    }
    references
}

fn refer(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            references.insert(text.clone());
            references.extend(parted(text).map(str::to_owned));
        }
        Value::Array(list) => list.iter().for_each(|one| refer(one, references)),
        Value::Object(object) => {
            let named = ["id", "email"].into_iter().filter_map(|name| object.get(name)?.as_str());
            references.extend(named.map(str::to_owned));
        }
        _ => {}
    }
}

async fn members_named(
    api: &Api,
    tenant: &TenantId,
    named: &BTreeSet<String>,
) -> Result<Vec<Collaborator>, RecordsFault> {
    let ids = named.iter().filter(|named| named.starts_with(PERSON)).cloned().collect();
    let mut people: Vec<Collaborator> =
        members_called(api, tenant, &ids).await?.into_keys().map(|id| person(id, None)).collect();
    for address in named.iter().filter(|named| named.contains('@')) {
        if let Some(user) = member_at(api, tenant, address).await? {
            people.push(person(airtable_id_of(&user).to_string(), Some(address)));
        }
    }
    Ok(people)
}

fn person(id: String, email: Option<&String>) -> Collaborator {
    Collaborator { id, email: email.cloned(), name: None }
}

async fn member_at(api: &Api, tenant: &TenantId, address: &str) -> Result<Option<UserId>, RecordsFault> {
    let Some(address) = address::normalized(address) else { return Ok(None) };
    let key = api.executor.look_up_key(&address);
    let Some(owner) = api.identity.kept.owner_of(EMAIL, &key).await? else { return Ok(None) };
    let Ok(user) = UserId::new(owner) else { return Ok(None) };
    let mut queries = api.queries.begin(tenant).await?;
    Ok(members::one(&mut queries, &user).await?.map(|row| row.user))
}

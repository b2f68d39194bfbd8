//! What the people are called that are named in records.

use std::collections::{BTreeMap, BTreeSet};

use domain::identity::TenantId;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{PERSON, members_called};
use crate::Api;
use crate::bases::records::RecordsFault;

const ID_OF_PERSON: &str = "\"usr";

/// The same records; where they have no more than the id of a member, with what the member is called.
pub async fn told(
    api: &Api,
    tenant: &TenantId,
    records: Vec<Box<RawValue>>,
) -> Result<Vec<Box<RawValue>>, RecordsFault> {
    let mut ids = BTreeSet::new();
    let naming = records.iter().filter(|record| names_somebody(record));
    for value in naming.filter_map(|record| serde_json::from_str::<Value>(record.get()).ok()) {
        bare_ids(&value, &mut ids);
    }
    if ids.is_empty() {
        return Ok(records);
    }
    let people = described(api, tenant, &ids).await?;
    let told = records.into_iter().map(|record| match names_somebody(&record) {
        true => with_people(&record, &people).unwrap_or(record),
        false => record,
    });
    Ok(told.collect())
}

/// A look at the text, so that most records are not taken apart.
fn names_somebody(record: &RawValue) -> bool {
    record.get().contains(ID_OF_PERSON)
}

/// As cells say them.
async fn described(
    api: &Api,
    tenant: &TenantId,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, Value>, RecordsFault> {
    let mut described = BTreeMap::new();
    for (id, user) in members_called(api, tenant, ids).await? {
        if let Some(known) = api.user(&user).await? {
            let mut said = json!({ "id": id });
            if let Some(email) = known.details.email.get() {
                said["email"] = json!(email);
            }
            if let Some(name) = known.details.name.as_ref().and_then(|name| name.get()) {
                said["name"] = json!(name);
            }
            described.insert(id, said);
        }
    }
    Ok(described)
}

fn bare_ids(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => match bare_id(value) {
            Some(id) => drop(ids.insert(id.to_owned())),
            None => object.values().for_each(|value| bare_ids(value, ids)),
        },
        Value::Array(list) => list.iter().for_each(|value| bare_ids(value, ids)),
        _ => {}
    }
}

/// Of a person of whom nothing else is said.
fn bare_id(value: &Value) -> Option<&str> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    object.get("id")?.as_str().filter(|id| id.starts_with(PERSON))
}

fn with_people(record: &RawValue, people: &BTreeMap<String, Value>) -> Option<Box<RawValue>> {
    let mut value: Value = serde_json::from_str(record.get()).ok()?;
    fill(&mut value, people);
    serde_json::value::to_raw_value(&value).ok()
}

fn fill(value: &mut Value, people: &BTreeMap<String, Value>) {
    if let Some(person) = bare_id(value).and_then(|id| people.get(id)) {
        *value = person.clone();
        return;
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(|value| fill(value, people)),
        Value::Array(list) => list.iter_mut().for_each(|value| fill(value, people)),
        _ => {}
    }
}

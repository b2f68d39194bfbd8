//! People and groups.

use serde_json::Value;

use super::accept::parted;
use super::{Accepted, CellValue, Collaborator, Taking};

pub fn accept_one(taking: &Taking<'_>, input: &Value) -> Accepted {
    let found = match input {
        Value::Object(_) => known(taking, input),
        Value::String(_) if taking.typecast => known(taking, input),
        _ => None,
    };
    taking.value(found.map(CellValue::Collaborator))
}

pub fn accept_many(taking: &Taking<'_>, input: &Value) -> Accepted {
    let found: Option<Vec<Collaborator>> = match input {
        Value::Array(list) => list.iter().map(|one| known(taking, one)).collect(),
        Value::String(text) if taking.typecast => {
            parted(text).map(|one| taking.around.collaborator(one)).collect()
        }
        _ => None,
    };
    let mut unique: Vec<Collaborator> = Vec::new();
    for one in found.ok_or_else(|| taking.refused())? {
        if unique.iter().all(|other| other.id != one.id) {
            unique.push(one);
        }
    }
    Ok(Some(CellValue::Collaborators(unique)))
}

/// By id or by address.
fn known(taking: &Taking<'_>, input: &Value) -> Option<Collaborator> {
    let named = |key| input.get(key).and_then(Value::as_str);
    let reference = input.as_str().or_else(|| named("id")).or_else(|| named("email"))?;
    taking.around.collaborator(reference)
}

pub fn read_one(value: &Value) -> Option<Collaborator> {
    serde_json::from_value(value.clone()).ok()
}

pub fn read_many(value: &Value) -> Option<CellValue> {
    let all: Option<Vec<_>> = value.as_array()?.iter().map(read_one).collect();
    all.map(CellValue::Collaborators)
}

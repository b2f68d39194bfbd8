//! Selects: names towards callers, `{id, name, color}` in webhooks, ids in between.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::accept::parted;
use super::{Accepted, CellValue, Shape, Taking};
use crate::bases::errors::ApiError;
use crate::bases::ids::ChoiceId;
use crate::bases::schema::ChoiceOptions;

pub fn accept_one(taking: &mut Taking<'_>, input: &Value) -> Accepted {
    let name = input.as_str().ok_or_else(|| taking.refused())?;
    Ok(choice(taking, name)?.map(CellValue::Choice))
}

/// The list is replaced as a whole; a name that comes twice counts once.
pub fn accept_many(taking: &mut Taking<'_>, input: &Value) -> Accepted {
    let names: Option<Vec<&str>> = match input {
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        Value::String(text) if taking.typecast => Some(parted(text).collect()),
        _ => None,
    };
    let (mut choices, mut seen) = (Vec::new(), BTreeSet::new());
    for name in names.ok_or_else(|| taking.refused())? {
        let choice = choice(taking, name)?;
        choices.extend(choice.filter(|choice| seen.insert(*choice)));
    }
    Ok(Some(CellValue::Choices(choices)))
}

fn choice(taking: &mut Taking<'_>, name: &str) -> Result<Option<ChoiceId>, ApiError> {
    let name = if taking.typecast { name.trim() } else { name };
    if name.is_empty() {
        return Ok(None);
    }
    let found = taking.around.choice(taking.field, name, taking.typecast);
    found.map(Some).ok_or_else(|| ApiError::UnknownChoice { name: name.into() })
}

/// A name is looked up; an id is believed, as a choice may be newer than what is known of the field.
pub fn read_one(options: &ChoiceOptions, value: &Value) -> Option<ChoiceId> {
    match value {
        Value::String(name) => options.named(name).map(|choice| choice.id),
        other => ChoiceId::parse(other.get("id")?.as_str()?).ok(),
    }
}

pub fn read_many(options: &ChoiceOptions, value: &Value) -> Option<CellValue> {
    let choices: Option<Vec<_>> = value.as_array()?.iter().map(|one| read_one(options, one)).collect();
    choices.map(CellValue::Choices)
}

/// Nothing for a choice that the field no longer has.
pub fn write(options: Option<&ChoiceOptions>, id: ChoiceId, shape: Shape) -> Option<Value> {
    let choice = options?.choice(id)?;
    match shape {
        Shape::V1 => Some(json!(choice.name)),
        Shape::V2 => Some(json!(choice)),
        Shape::Kept => Some(json!(id)),
    }
}

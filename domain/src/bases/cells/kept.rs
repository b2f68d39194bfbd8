//! Cells as read models keep them: the records' shape, with choices by id. What does not fit the field any more is no cell.

use serde_json::{Map, Value, json};

use super::{CellValue, Names, Shape, choices_of, read, write};
use crate::bases::ids::{ChoiceId, RecordId};
use crate::bases::schema::FieldType;

/// Nothing for an empty cell, nor for one that holds only choices that are gone.
pub fn keep(kind: &FieldType, value: &CellValue) -> Option<Value> {
    write(kind, value, Shape::Kept, &Nameless)
        .filter(|kept| kept.as_array().is_none_or(|list| !list.is_empty()))
}

/// The same where nobody asks for the field: choices by their ids, whether they are still there or not.
pub fn keep_anywhere(value: &CellValue) -> Option<Value> {
    match value {
        CellValue::Choice(id) => Some(json!(id)),
        CellValue::Choices(ids) if !ids.is_empty() => Some(json!(ids)),
        other => write(&FieldType::SingleLineText, other, Shape::Kept, &Nameless),
    }
}

pub fn kept(kind: &FieldType, value: &Value) -> Option<CellValue> {
    match choices_of(kind) {
        Some(_) => read(kind, &with_choices(value)),
        None => read(kind, value),
    }
    .ok()
    .flatten()
}

/// Ids of choices as webhooks say them, which cannot be taken for names.
fn with_choices(value: &Value) -> Value {
    match value {
        Value::String(id) if ChoiceId::parse(id).is_ok() => {
            Value::Object(Map::from_iter([("id".to_owned(), json!(id))]))
        }
        Value::Array(list) => list.iter().map(with_choices).collect(),
        other => other.clone(),
    }
}

/// Nothing that is kept says what linked records are called.
struct Nameless;

impl Names for Nameless {
    fn record(&self, _: RecordId) -> String {
        String::new()
    }
}

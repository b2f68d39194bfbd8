//! What computed cells hold: anything, whatever their field promises. So reading one never fails.

use serde_json::Value;

use super::{CellValue, attachment, choice, collaborator, link, read};
use crate::bases::schema::{FieldType, Outcome};

/// What a formula or a rollup made: one value, or several.
pub fn read_outcome(outcome: &Outcome, value: &Value) -> CellValue {
    if let Some(failure) = failure(value) {
        return failure;
    }
    match value {
        Value::Array(list) => CellValue::List(elements(outcome, list)),
        single => element(outcome, single),
    }
}

/// What a lookup found: a flat list in records, an object by record in webhooks.
pub fn read_lookup(outcome: &Outcome, value: &Value) -> CellValue {
    if let Some(failure) = failure(value) {
        return failure;
    }
    match (value, by_record(value)) {
        (_, Some(list)) => CellValue::List(elements(outcome, &list)),
        (Value::Array(list), None) => CellValue::List(elements(outcome, list)),
        _ => CellValue::Raw(value.clone()),
    }
}

/// The values in the order of the links.
fn by_record(value: &Value) -> Option<Vec<Value>> {
    let values = value.get("valuesByLinkedRecordId")?;
    let records = value.get("linkedRecordIds")?.as_array()?;
    let of_record = |record: &Value| values.get(record.as_str()?).cloned();
    Some(records.iter().filter_map(of_record).collect())
}

/// Lists in the list are laid flat. Unsettled: that Airtable does so however deep they are.
fn elements(outcome: &Outcome, list: &[Value]) -> Vec<CellValue> {
    list.iter()
        .flat_map(|value| match value {
            Value::Array(inner) => elements(outcome, inner),
            single => vec![element(outcome, single)],
        })
        .collect()
}

fn element(outcome: &Outcome, value: &Value) -> CellValue {
    if let Some(failure) = failure(value) {
        return failure;
    }
    let known = outcome.as_deref().and_then(|kind| read_single(kind, value));
    known.or_else(|| plain(value)).unwrap_or_else(|| CellValue::Raw(value.clone()))
}

/// One of the values of a type that may have several.
fn read_single(kind: &FieldType, value: &Value) -> Option<CellValue> {
    use FieldType as F;
    match kind {
        F::MultipleSelects(options) => choice::read_one(options, value).map(CellValue::Choice),
        F::MultipleCollaborators => collaborator::read_one(value).map(CellValue::Collaborator),
        F::MultipleRecordLinks(_) => link::read_one(value).map(|record| CellValue::Links(vec![record])),
        F::MultipleAttachments(_) => {
            attachment::read_one(value).map(|attachment| CellValue::Attachments(vec![attachment]))
        }
        single => read(single, value).ok().flatten(),
    }
}

/// What says itself what it is.
fn plain(value: &Value) -> Option<CellValue> {
    match value {
        Value::String(text) => Some(CellValue::Text(text.clone())),
        Value::Number(number) => number.as_f64().map(CellValue::Number),
        Value::Bool(set) => Some(CellValue::Boolean(*set)),
        _ => None,
    }
}

/// An object with the only key `error` or `specialValue`.
pub fn failure(value: &Value) -> Option<CellValue> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    let text = |key| object.get(key)?.as_str().map(str::to_owned);
    text("error").map(CellValue::Error).or_else(|| text("specialValue").map(CellValue::Special))
}

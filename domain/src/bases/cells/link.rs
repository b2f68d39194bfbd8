//! Links to records: ids towards callers, `{id, name}` in webhooks.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::accept::parted;
use super::{Accepted, CellValue, Names, Shape, Taking};
use crate::bases::errors::ApiError;
use crate::bases::ids::RecordId;
use crate::bases::schema::LinkOptions;

/// The list is replaced as a whole; a record that comes twice is linked once.
pub fn accept(taking: &mut Taking<'_>, options: &LinkOptions, input: &Value) -> Accepted {
    let texts: Option<Vec<&str>> = match input {
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        Value::String(text) if taking.typecast => Some(parted(text).collect()),
        _ => None,
    };
    let (mut records, mut seen) = (Vec::new(), BTreeSet::new());
    for text in texts.ok_or(ApiError::NotRecordIds)? {
        let record = record(taking, options, text)?;
        if seen.insert(record) {
            records.push(record);
        }
    }
    Ok(Some(CellValue::Links(records)))
}

fn record(taking: &mut Taking<'_>, options: &LinkOptions, text: &str) -> Result<RecordId, ApiError> {
    match RecordId::parse(text) {
        Ok(record) => taking.around.may_link(options, record).map(|()| record),
        Err(_) if taking.typecast => {
            taking.around.record_called(options, text.trim()).ok_or_else(|| taking.refused())
        }
        Err(_) => Err(ApiError::NotRecordIds),
    }
}

pub fn read_one(value: &Value) -> Option<RecordId> {
    let id = value.as_str().or_else(|| value.get("id")?.as_str())?;
    RecordId::parse(id).ok()
}

pub fn read_many(value: &Value) -> Option<CellValue> {
    let records: Option<Vec<_>> = value.as_array()?.iter().map(read_one).collect();
    records.map(CellValue::Links)
}

pub fn write(record: RecordId, shape: Shape, names: &dyn Names) -> Value {
    match shape {
        Shape::V1 | Shape::Kept => json!(record),
        Shape::V2 => json!({ "id": record, "name": names.record(record) }),
    }
}

//! Texts of every kind. Nothing is asked of an address or a number to call: Airtable takes any text.

use serde_json::Value;

use super::{Accepted, CellValue, Taking};

pub fn accept(taking: &Taking<'_>, input: &Value) -> Accepted {
    let text = match input {
        Value::String(text) => Some(text.clone()),
        other if taking.typecast => cast(other),
        _ => None,
    };
    taking.value(text.map(CellValue::Text))
}

fn cast(input: &Value) -> Option<String> {
    match input {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(set) => Some(set.to_string()),
        Value::Array(list) => list.iter().map(cast).collect::<Option<Vec<_>>>().map(|all| all.join(", ")),
        _ => None,
    }
}

pub fn read(value: &Value) -> Option<CellValue> {
    value.as_str().map(|text| CellValue::Text(text.into()))
}

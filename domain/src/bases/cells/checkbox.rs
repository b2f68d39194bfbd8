//! Check boxes: checked, or empty.

use serde_json::Value;

use super::{Accepted, CellValue, Taking};

pub fn accept(taking: &Taking<'_>, input: &Value) -> Accepted {
    let set = match input {
        Value::Bool(set) => Some(*set),
        other if taking.typecast => cast(other),
        _ => None,
    };
    taking.value(set.map(CellValue::Boolean))
}

/// Unsettled: which words are yes.
fn cast(input: &Value) -> Option<bool> {
    match input {
        Value::Number(number) => number.as_f64().map(|number| number != 0.0),
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "true" | "checked" | "yes" | "1" => Some(true),
            "false" | "unchecked" | "no" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

pub fn read(value: &Value) -> Option<CellValue> {
    value.as_bool().map(CellValue::Boolean)
}

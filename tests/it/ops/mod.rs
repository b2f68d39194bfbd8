//! `/v1/ops`: what operators of the platform see and do.

mod access;
mod alarms;
mod docs;
mod doctor;
mod log;
mod projections;
mod relay;
mod token;
mod verify;
mod work;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// A body with what differs from run to run replaced by what it is, to be compared with how it was.
fn masked(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, masked(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(masked).collect()),
        Value::String(text) => json!(masked_text(text)),
        Value::Number(number) if number.is_f64() => json!("a measure"),
        other => other,
    }
}

fn masked_text(text: String) -> String {
    if text.parse::<Uuid>().is_ok() {
        return "an id".to_owned();
    }
    if text.parse::<Timestamp>().is_ok() {
        return "a time".to_owned();
    }
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { "a hash".to_owned() } else { text }
}

//! `/v1/ops`: what operators of the platform see and do.

mod access;
mod administrators;
mod alarms;
mod checks;
mod docs;
mod doctor;
mod erasures;
mod exports;
mod log;
mod moves;
mod projections;
mod relay;
mod replays;
mod token;
mod verify;
mod work;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use support::api::Answer;
use support::operator::Operator;
use support::wait;
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(60);

/// A job once it has ended.
fn ended(operator: &Operator<'_>, begun: &Answer) -> Value {
    let place = begun.header("location").expect("a place").to_owned();
    let mut job = Value::Null;
    wait::until("the job ends", SOON, || {
        job = operator.get(&place).expect(200).json();
        job["state"] != "running"
    });
    job
}

/// What operators did, as the log has it: type, actor, reason, outcome.
fn operations(operator: &Operator<'_>) -> Vec<Value> {
    let page = operator.get("/v1/ops/log/events?aggregate=operation").expect(200).json();
    let each = |event: &Value| {
        json!([event["type"], event["actor"], event["data"]["reason"], event["data"]["outcome"]])
    };
    page["data"].as_array().expect("events").iter().map(each).collect()
}

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

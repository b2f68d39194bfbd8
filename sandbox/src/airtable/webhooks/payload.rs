//! The payloads of a happening for one hook: none, one, or several of equal origin where its records are many.

use std::num::NonZeroUsize;

use serde_json::{Map, Value};

use super::part::Part;
use super::told::Told;
use super::{Happening, Origin, Specification};

/// Each record is told once, at most `records_max` of them in a payload; the schema stands in the first.
pub fn payloads(
    happening: &Happening,
    specification: &Specification,
    records_max: Option<NonZeroUsize>,
) -> Vec<Value> {
    let told = Told::of(happening, specification);
    if told.is_empty() {
        return Vec::new();
    }
    let most = records_max.map_or(usize::MAX, NonZeroUsize::get);
    let mut records = told.records.into_iter().peekable();
    let first = told.schema.into_iter().chain(records.by_ref().take(most));
    let mut payloads = vec![payload(&happening.origin, first)];
    while records.peek().is_some() {
        payloads.push(payload(&happening.origin, records.by_ref().take(most)));
    }
    payloads
}

fn payload(origin: &Origin, parts: impl Iterator<Item = Part>) -> Value {
    let mut payload: Map<String, Value> = origin.said();
    parts.for_each(|part| part.put(&mut payload));
    Value::Object(payload)
}

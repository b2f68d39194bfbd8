//! No change is recorded twice: what a cell is set to it did not hold before, and what was written once came once.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use support::api::{Person, TestApi};

use super::people::{list, text};

const TYPES: &str = "record.created,record.changed,record.deleted,record.restored";

/// All that happened to records of a person's tenant, in the order of the log.
pub fn events(api: &TestApi, person: &Person) -> Vec<Value> {
    let (mut events, mut further) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/events?type={TYPES}&limit=200{further}");
        let page = api.get(&path).by(person).send().expect(200);
        events.extend(list(&page.at("/data")).iter().cloned());
        match page.at("/next_cursor").as_str() {
            Some(next) => further = format!("&cursor={next}"),
            None => return events,
        }
    }
}

/// What was recorded twice, of each base; in words.
pub fn doubles(events: &[Value]) -> Vec<(String, String)> {
    let mut streams = HashMap::<String, Told>::new();
    let mut doubles = Vec::new();
    for event in events {
        let told = streams.entry(text(&event["stream_id"])).or_default();
        if let Some(double) = told.take(event) {
            let base = text(&event["data"]["address"]["base"]);
            doubles.push((base, format!("{double}: {event}")));
        }
    }
    doubles
}

/// What a record holds, and what was ever written into it.
#[derive(Default)]
struct Told {
    exists: bool,
    cells: HashMap<String, Value>,
    links: HashMap<String, HashSet<String>>,
    written: HashSet<(String, String)>,
}

impl Told {
    fn take(&mut self, event: &Value) -> Option<&'static str> {
        let (kind, data) = (event["type"].as_str().unwrap_or_default(), &event["data"]);
        match kind {
            "record.created" | "record.restored" => {
                let again = self.exists;
                *self = Self { exists: true, ..Self::default() };
                for (field, value) in data["content"]["cells"].as_object().into_iter().flatten() {
                    self.cells.insert(field.clone(), value.clone());
                }
                self.link(&data["links"]);
                again.then_some("a record that was there was made")
            }
            "record.deleted" => {
                let twice = !std::mem::take(&mut self.exists);
                twice.then_some("a record that was not there was deleted")
            }
            _ => self.change(data).or(self.link(&data["links"])),
        }
    }

    fn change(&mut self, data: &Value) -> Option<&'static str> {
        let mut double = None;
        for cell in list(&data["changes"]["cells"]) {
            let (field, after) = (text(&cell["field"]), &cell["after"]);
            if same(self.cells.get(&field).unwrap_or(&Value::Null), after) {
                double = Some("a cell was set to what it held");
            }
            let is_written = after.to_string().contains("\"w");
            if is_written && !self.written.insert((field.clone(), after.to_string())) {
                double = Some("what was written once came twice");
            }
            self.cells.insert(field, after.clone());
        }
        double
    }

    fn link(&mut self, links: &Value) -> Option<&'static str> {
        let mut double = None;
        for change in list(links) {
            let held = self.links.entry(text(&change["field"])).or_default();
            for removed in list(&change["removed"]) {
                if !held.remove(&text(removed)) {
                    double = Some("a link that was not there was taken away");
                }
            }
            for added in list(&change["added"]) {
                if !held.insert(text(added)) {
                    double = Some("a link that was there was added");
                }
            }
        }
        double
    }
}

/// However numbers are written.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let known = |(key, value)| other.get(key).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(known)
        }
        (one, other) => one == other,
    }
}

#[test]
fn a_double_is_seen_and_a_change_is_none() {
    let event = |kind: &str, data: Value| json!({ "stream_id": "row_1", "type": kind, "data": data });
    let made = event("record.created", json!({ "content": { "cells": { "fldA": 1, "fldB": "w1" } } }));
    let set = |field: &str, after: Value| {
        event("record.changed", json!({ "changes": { "cells": [{ "field": field, "after": after }] } }))
    };
    let many = |further: &[Value]| doubles(&[std::slice::from_ref(&made), further].concat()).len();
    assert_eq!(many(&[set("fldA", json!(2)), set("fldB", json!("w2")), set("fldB", json!(null))]), 0);
    assert_eq!(many(&[set("fldA", json!(1.0))]), 1);
    assert_eq!(many(&[set("fldB", json!("w2")), set("fldB", json!("w3")), set("fldB", json!("w2"))]), 1);
    assert_eq!(many(std::slice::from_ref(&made)), 1);
    assert_eq!(many(&[event("record.deleted", json!({})), event("record.deleted", json!({}))]), 1);
}

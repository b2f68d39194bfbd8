//! How two values differ, as a list of JSON pointers.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

/// What stands at one place of two values; nothing where the place is not there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    pub pointer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
}

/// Every place at which two values differ, in order. Items of lists are compared by their place.
pub fn differences(old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), Some(old), Some(new), &mut found);
    found
}

fn compare(pointer: String, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Difference>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
                let place = format!("{pointer}/{}", escaped(name));
                compare(place, before.get(name), after.get(name), found);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for index in 0..before.len().max(after.len()) {
                compare(format!("{pointer}/{index}"), before.get(index), after.get(index), found);
            }
        }
        (old, new) => found.push(Difference { pointer, old: old.cloned(), new: new.cloned() }),
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(old: Value, new: Value) -> Value {
        serde_json::to_value(differences(&old, &new)).unwrap()
    }

    #[test]
    fn each_place_that_differs_is_named_once() {
        let old = json!({ "name": "a", "list": [1, 2, 3], "same": { "x": 1 }, "gone": true });
        let new = json!({ "name": "b", "list": [1, 5], "same": { "x": 1 }, "come": null });
        let expected = json!([
            { "pointer": "/come", "new": null },
            { "pointer": "/gone", "old": true },
            { "pointer": "/list/1", "old": 2, "new": 5 },
            { "pointer": "/list/2", "old": 3 },
            { "pointer": "/name", "old": "a", "new": "b" },
        ]);
        assert_eq!(told(old, new), expected);
    }

    #[test]
    fn values_of_other_kinds_are_told_whole() {
        let expected = json!([{ "pointer": "/a~1b~0", "old": { "x": 1 }, "new": [1] }]);
        assert_eq!(told(json!({ "a/b~": { "x": 1 } }), json!({ "a/b~": [1] })), expected);
        assert_eq!(told(json!(1), json!(2)), json!([{ "pointer": "", "old": 1, "new": 2 }]));
        assert_eq!(told(json!({ "a": [] }), json!({ "a": [] })), json!([]));
    }
}

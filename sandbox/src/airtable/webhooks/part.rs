//! One thing that a payload tells, and where in the payload it stands.

use serde_json::{Map, Value, json};

pub struct Part {
    way: Vec<String>,
    leaf: Leaf,
}

enum Leaf {
    Set(Value),
    /// One of a list.
    Listed(Value),
}

impl Part {
    pub fn set(way: &[&str], value: Value) -> Self {
        Self { way: owned(way), leaf: Leaf::Set(value) }
    }

    pub fn listed(way: &[&str], value: Value) -> Self {
        Self { way: owned(way), leaf: Leaf::Listed(value) }
    }

    pub fn put(self, payload: &mut Map<String, Value>) {
        put(payload, &self.way, self.leaf);
    }
}

fn owned(way: &[&str]) -> Vec<String> {
    way.iter().map(|step| (*step).to_owned()).collect()
}

fn put(object: &mut Map<String, Value>, way: &[String], leaf: Leaf) {
    match (way, leaf) {
        ([], _) => {}
        ([last], Leaf::Set(value)) => {
            object.insert(last.clone(), value);
        }
        ([last], Leaf::Listed(value)) => {
            if let Value::Array(list) = object.entry(last.clone()).or_insert_with(|| json!([])) {
                list.push(value);
            }
        }
        ([first, rest @ ..], leaf) => {
            if let Value::Object(inner) = object.entry(first.clone()).or_insert_with(|| json!({})) {
                put(inner, rest, leaf);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_share_the_objects_and_lists_on_their_way() {
        let mut payload = Map::new();
        for part in [
            Part::set(&["a", "b"], json!(1)),
            Part::set(&["a", "c", "d"], json!(2)),
            Part::listed(&["a", "e"], json!(3)),
            Part::listed(&["a", "e"], json!(4)),
        ] {
            part.put(&mut payload);
        }
        assert_eq!(json!(payload), json!({ "a": { "b": 1, "c": { "d": 2 }, "e": [3, 4] } }));
    }
}

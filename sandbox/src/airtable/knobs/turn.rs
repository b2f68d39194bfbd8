//! Turning knobs: what is given replaces what was there, key by key; lists are replaced whole. A knob that is not there, or
//! that cannot be set so, is refused, and nothing is turned.

use serde_json::Value;

use super::Knobs;

pub type Turned = Result<Knobs, serde_json::Error>;

impl Knobs {
    pub fn turned(&self, by: &Value) -> Turned {
        let mut merged = serde_json::to_value(self)?;
        merge(&mut merged, by);
        serde_json::from_value(merged)
    }
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_given_stays_as_it_was() {
        let knobs = Knobs::default().turned(&json!({ "rate": { "per_base": 5 } })).unwrap();
        let knobs = knobs.turned(&json!({ "rate": { "penalty_seconds": 30 }, "latency_ms": 7 })).unwrap();
        assert_eq!((knobs.rate.per_base, knobs.rate.penalty_seconds, knobs.latency_ms), (Some(5), 30, 7));
        let knobs = knobs.turned(&json!({ "rate": { "per_base": null } })).unwrap();
        assert_eq!(knobs.rate.per_base, None);
    }

    #[test]
    fn a_knob_that_is_not_there_is_refused() {
        for wrong in [json!({ "latency": 1 }), json!({ "rate": { "per_bass": 1 } }), json!({ "rate": 5 })] {
            assert!(Knobs::default().turned(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_knob_is_turned_as_far_as_it_goes() {
        let failure = |status: u16, chance: f64| json!({ "failures": [{ "route": "*", "status": status, "chance": chance }] });
        for right in [failure(400, 0.0), failure(599, 1.0), json!({ "pings": { "retry_scale": 0 } })] {
            assert!(Knobs::default().turned(&right).is_ok(), "{right}");
        }
        for wrong in [
            failure(101, 0.5),
            failure(200, 0.5),
            failure(503, 1.5),
            failure(503, -0.5),
            json!({ "pings": { "lose_chance": 2 } }),
            json!({ "pings": { "double_chance": -1 } }),
            json!({ "pings": { "retry_scale": -1 } }),
            json!({ "attachments": { "fetch_fail_chance": 7 } }),
            json!({ "after_commit": [{ "route": "*", "chance": 9, "do": "drop" }] }),
        ] {
            assert!(Knobs::default().turned(&wrong).is_err(), "{wrong}");
        }
    }
}

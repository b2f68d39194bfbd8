//! What a JSON text may not hold, whatever it is parsed into: too deep a nesting, one key twice in an object, and the
//! character U+0000, which Postgres keeps nowhere.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::shape::append_segment;

pub(super) enum Flaw {
    Malformed(serde_json::Error),
    TooDeep,
    DuplicateKey { pointer: String },
    NullCharacter { pointer: String },
}

/// What was found; the pointer grows from its end while the walk goes back up.
#[derive(Clone, Copy)]
enum Kind {
    TooDeep,
    DuplicateKey,
    NullCharacter,
}

#[derive(Default)]
struct Found {
    kind: Option<Kind>,
    /// Innermost first.
    segments: Vec<String>,
}

pub(super) fn check(text: &[u8], depth_max: usize) -> Result<(), Flaw> {
    let found = RefCell::new(Found::default());
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let walked = Walk { depth_left: depth_max, found: &found }.deserialize(&mut deserializer);
    walked.and_then(|()| deserializer.end()).map_err(|error| flaw(found.into_inner(), error))
}

fn flaw(found: Found, error: serde_json::Error) -> Flaw {
    let mut pointer = String::new();
    found.segments.iter().rev().for_each(|segment| append_segment(&mut pointer, segment));
    match found.kind {
        None => Flaw::Malformed(error),
        Some(Kind::TooDeep) => Flaw::TooDeep,
        Some(Kind::DuplicateKey) => Flaw::DuplicateKey { pointer },
        Some(Kind::NullCharacter) => Flaw::NullCharacter { pointer },
    }
}

#[derive(Clone, Copy)]
struct Walk<'a> {
    depth_left: usize,
    found: &'a RefCell<Found>,
}

impl Walk<'_> {
    fn fail<E: Error>(self, kind: Kind) -> E {
        self.found.borrow_mut().kind = Some(kind);
        E::custom("")
    }

    fn deeper<E: Error>(self) -> Result<Self, E> {
        match self.depth_left.checked_sub(1) {
            Some(depth_left) => Ok(Self { depth_left, ..self }),
            None => Err(self.fail(Kind::TooDeep)),
        }
    }

    fn check_text<E: Error>(self, text: &str) -> Result<(), E> {
        if text.contains('\0') { Err(self.fail(Kind::NullCharacter)) } else { Ok(()) }
    }

    /// Notes on the way up what led to a flaw.
    fn below<T, E>(self, outcome: Result<T, E>, segment: impl FnOnce() -> String) -> Result<T, E> {
        if outcome.is_err() && self.found.borrow().kind.is_some() {
            self.found.borrow_mut().segments.push(segment());
        }
        outcome
    }

    fn check_keys<E: Error>(self, mut keys: Vec<Cow<'_, str>>) -> Result<(), E> {
        keys.sort_unstable();
        match keys.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => self.below(Err(self.fail(Kind::DuplicateKey)), || pair[0].to_string()),
            None => Ok(()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut keys = Vec::new();
        while let Some(key) = map.next_key_seed(Key)? {
            self.below(self.check_text(&key), || key.to_string())?;
            self.below(map.next_value_seed(inner), || key.to_string())?;
            keys.push(key);
        }
        self.check_keys(keys)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut index = 0usize;
        while self.below(sequence.next_element_seed(inner), || index.to_string())?.is_some() {
            index += 1;
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.check_text(text)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
}

/// A key, borrowed from the text where it holds no escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const DEPTH: usize = 4;

    fn flaw_of(text: &str) -> &'static str {
        match check(text.as_bytes(), DEPTH) {
            Ok(()) => "none",
            Err(Flaw::Malformed(_)) => "malformed",
            Err(Flaw::TooDeep) => "too deep",
            Err(Flaw::DuplicateKey { .. }) => "duplicate",
            Err(Flaw::NullCharacter { .. }) => "null",
        }
    }

    fn depth(value: &Value) -> usize {
        match value {
            Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
            Value::Object(values) => 1 + values.values().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    fn holds_null(value: &Value) -> bool {
        match value {
            Value::String(text) => text.contains('\0'),
            Value::Array(values) => values.iter().any(holds_null),
            Value::Object(values) => {
                values.iter().any(|(key, value)| key.contains('\0') || holds_null(value))
            }
            _ => false,
        }
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-z\\x00\"\\\\]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(7, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z]{0,3}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_another_parser_reads_is_sound_unless_it_is_deep_or_holds_a_null(value in json()) {
            let flaw = flaw_of(&value.to_string());
            match (depth(&value) > DEPTH, holds_null(&value)) {
                (false, false) => prop_assert_eq!(flaw, "none"),
                (true, false) => prop_assert_eq!(flaw, "too deep"),
                (false, true) => prop_assert_eq!(flaw, "null"),
                (true, true) => prop_assert!(matches!(flaw, "too deep" | "null")),
            }
        }

        #[test]
        fn a_key_that_is_there_twice_is_found_however_it_is_written(key in "[a-z]{1,6}", value in json()) {
            prop_assume!(depth(&value) < DEPTH && !holds_null(&value));
            let escaped: String = key.chars().map(|letter| format!("\\u{:04x}", u32::from(letter))).collect();
            let text = format!(r#"{{"{key}":{value},"other":1,"{escaped}":2}}"#);
            prop_assume!(key != "other");
            prop_assert_eq!(flaw_of(&text), "duplicate");
        }

        #[test]
        fn whatever_comes_is_sound_only_where_another_parser_reads_it(text in "\\PC{0,60}|[\\[\\]{}:,\"0-9a-z\\\\ ]{0,40}") {
            if flaw_of(&text) == "none" {
                prop_assert!(serde_json::from_str::<Value>(&text).is_ok());
            }
        }
    }
}

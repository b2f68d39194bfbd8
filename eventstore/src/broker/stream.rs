//! The stream that holds a copy of the log: what it is configured as, and whether the server really took that.
//!
//! NATS 2.9 is silent about what it does not know, and anybody with the right to may change a stream behind our back:
//! the configuration that comes back is compared with the wanted one.

use std::time::Duration;

use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType};
use serde_json::{Map, Value};

use super::connection::MESSAGE_BYTES_MAX;
use super::message::SUBJECTS;

/// How much of the log the broker keeps. All of it is in Postgres anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    pub max_age: Duration,
    pub max_bytes: i64,
    pub replicas: usize,
}

/// What the server makes of these words must be what we said. Words that only newer servers know are not among them.
const COMPARED: [&str; 20] = [
    "subjects",
    "retention",
    "storage",
    "discard",
    "max_age",
    "max_bytes",
    "max_msgs",
    "max_msgs_per_subject",
    "max_msg_size",
    "max_consumers",
    "num_replicas",
    "duplicate_window",
    "deny_delete",
    "deny_purge",
    "allow_rollup_hdrs",
    "no_ack",
    "sealed",
    "mirror",
    "sources",
    "republish",
];

const UNLIMITED: i64 = -1;
/// Message ids are not used: what must not be stored twice is kept out by the sequence.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(1);

pub fn config(name: &str, retention: Retention) -> Config {
    Config {
        name: name.to_owned(),
        subjects: vec![SUBJECTS.to_owned()],
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        discard: DiscardPolicy::Old,
        max_age: retention.max_age,
        max_bytes: retention.max_bytes,
        num_replicas: retention.replicas,
        max_messages: UNLIMITED,
        max_messages_per_subject: UNLIMITED,
        max_consumers: UNLIMITED as i32,
        max_message_size: MESSAGE_BYTES_MAX as i32,
        duplicate_window: DUPLICATE_WINDOW,
        deny_delete: true,
        deny_purge: true,
        ..Default::default()
    }
}

/// Where a stream of an earlier history is put out of the way; its messages stay until they are too old.
pub fn retired(mut config: Config) -> Config {
    config.subjects = vec![format!("retired.{}", config.name)];
    config
}

/// The words in which two configurations differ.
pub fn differences(wanted: &Config, echoed: &Config) -> Vec<&'static str> {
    let (wanted, echoed) = (words(wanted), words(echoed));
    COMPARED.into_iter().filter(|word| said(&wanted, word) != said(&echoed, word)).collect()
}

fn words(config: &Config) -> Map<String, Value> {
    match serde_json::to_value(config) {
        Ok(Value::Object(words)) => words,
        // Nothing compares equal to it but another one that cannot be written either.
        _ => Map::new(),
    }
}

/// What is left out, no, and none are the same.
fn said<'a>(words: &'a Map<String, Value>, word: &str) -> Option<&'a Value> {
    let value = words.get(word)?;
    let is_nothing = match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    (!is_nothing).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETENTION: Retention =
        Retention { max_age: Duration::from_secs(3600), max_bytes: 1 << 30, replicas: 1 };

    #[test]
    fn every_word_that_was_changed_is_named_and_no_other() {
        let wanted = config("EV_1", RETENTION);
        assert_eq!(differences(&wanted, &wanted.clone()), Vec::<&str>::new());
        let changed = Config { max_age: Duration::from_secs(60), deny_purge: false, ..wanted.clone() };
        assert_eq!(differences(&wanted, &changed), ["max_age", "deny_purge"]);
        let changed = Config { subjects: vec!["ev.>".into(), "x".into()], no_ack: true, ..wanted.clone() };
        assert_eq!(differences(&wanted, &changed), ["subjects", "no_ack"]);
    }

    #[test]
    fn every_compared_word_is_one_of_the_configuration() {
        let everything = words(&Config { no_ack: true, sealed: true, ..config("EV_1", RETENTION) });
        for word in COMPARED.iter().filter(|word| !OFTEN_LEFT_OUT.contains(*word)) {
            assert!(everything.contains_key(*word), "{word}");
        }
    }

    /// Not written where there is none.
    const OFTEN_LEFT_OUT: [&str; 4] = ["mirror", "sources", "republish", "allow_rollup_hdrs"];
}

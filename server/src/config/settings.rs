//! Every setting there is. A new one is a line here and a field in `sections.rs`.

use super::kind::Kind;

pub struct Setting {
    pub key: &'static str,
    pub kind: Kind,
    /// `None`: the setting has no sensible value of its own; a command that needs it asks for it.
    pub default: Option<&'static str>,
    pub secret: bool,
    pub doc: &'static str,
}

pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "http.listen",
        kind: Kind::Addresses,
        default: Some("127.0.0.1:8000"),
        secret: false,
        doc: "addresses the API listens on; port 0 takes any free one",
    },
    Setting {
        key: "database.url",
        kind: Kind::Url(&["postgres", "postgresql"]),
        default: None,
        secret: true,
        doc: "the Postgres database that holds everything",
    },
    Setting {
        key: "nats.url",
        kind: Kind::Url(&["nats", "tls"]),
        default: None,
        secret: true,
        doc: "the NATS server, or several separated by commas, that carries events to workers",
    },
    Setting {
        key: "keys.dir",
        kind: Kind::Text,
        default: Some(".airtide/keys"),
        secret: false,
        doc: "folder of the key-encryption keys that seal personal data",
    },
    Setting {
        key: "eventlog.queue_units",
        kind: Kind::Count { least: 1 },
        default: Some("8192"),
        secret: false,
        doc: "units that may wait to be appended before callers are turned away",
    },
    Setting {
        key: "eventlog.cache_bytes",
        kind: Kind::Count { least: 0 },
        default: Some("67108864"),
        secret: false,
        doc: "memory for the state of aggregates; 0 keeps none",
    },
    Setting {
        key: "log.format",
        kind: Kind::OneOf(&["text", "json"]),
        default: Some("text"),
        secret: false,
        doc: "how log lines are written to stderr",
    },
    Setting {
        key: "log.filter",
        kind: Kind::LogFilter,
        default: Some("info,sqlx=warn"),
        secret: false,
        doc: "which log lines are written, for example `info,eventstore=debug`",
    },
];

/// Plain variables that much tooling already sets; `AIRTIDE__…` wins over them.
pub const ALIASES: &[(&str, &str)] = &[("DATABASE_URL", "database.url"), ("NATS_URL", "nats.url")];

pub fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

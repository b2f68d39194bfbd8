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
        key: "http.metrics_listen",
        kind: Kind::AddressOr(&["main", "off", ""]),
        default: Some("127.0.0.1:9464"),
        secret: false,
        doc: "address of /metrics; `main` for the API's own, `off` or nothing for none",
    },
    Setting {
        key: "http.cors_origins",
        kind: Kind::Origins,
        default: Some(""),
        secret: false,
        doc: "origins whose pages may call the API, as https://console.example.org; none by default",
    },
    Setting {
        key: "http.behind_tls",
        kind: Kind::OneOf(&["false", "true"]),
        default: Some("false"),
        secret: false,
        doc: "whether callers reach the API by TLS, so that browsers are told to insist on it",
    },
    Setting {
        key: "http.connections_max",
        kind: Kind::Count { least: 1 },
        default: Some("4096"),
        secret: false,
        doc: "connections at one time; further ones wait",
    },
    Setting {
        key: "http.connections_per_address_max",
        kind: Kind::Count { least: 1 },
        default: Some("2048"),
        secret: false,
        doc: "connections from one address; further ones are turned away",
    },
    Setting {
        key: "http.head_timeout_ms",
        kind: Kind::Count { least: 1 },
        default: Some("10000"),
        secret: false,
        doc: "milliseconds from the beginning of a request to the end of its headers",
    },
    Setting {
        key: "http.idle_timeout_ms",
        kind: Kind::Count { least: 1 },
        default: Some("75000"),
        secret: false,
        doc: "milliseconds that a connection may wait for its next request",
    },
    Setting {
        key: "http.request_timeout_ms",
        kind: Kind::Count { least: 1 },
        default: Some("30000"),
        secret: false,
        doc: "milliseconds until an answer must have begun",
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
        key: "relay.stream_max_age_hours",
        kind: Kind::Count { least: 1 },
        default: Some("168"),
        secret: false,
        doc: "hours that the broker keeps events; older ones are read from the database",
    },
    Setting {
        key: "relay.stream_max_bytes",
        kind: Kind::Count { least: 1_048_576 },
        default: Some("2147483648"),
        secret: false,
        doc: "bytes of events that the broker keeps; NATS sets them aside at once",
    },
    Setting {
        key: "relay.stream_replicas",
        kind: Kind::Count { least: 1 },
        default: Some("1"),
        secret: false,
        doc: "servers of a NATS cluster that each keep them; 3 in production",
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
        key: "eventlog.checkpoints",
        kind: Kind::Text,
        default: None,
        secret: false,
        doc: "file of signed checkpoints of the event log; without one, checkpoints.jsonl in keys.dir",
    },
    Setting {
        key: "ops.exports_dir",
        kind: Kind::Text,
        default: Some(".airtide/exports"),
        secret: false,
        doc: "folder of the exports of the log that operators ask for over HTTP; not beside the keys",
    },
    Setting {
        key: "identity.verify_email",
        kind: Kind::OneOf(&["off", "required"]),
        default: Some("off"),
        secret: false,
        doc: "whether an address must be proven before its bearer signs in",
    },
    Setting {
        key: "identity.password_length_min",
        kind: Kind::Count { least: 8 },
        default: Some("8"),
        secret: false,
        doc: "characters of the shortest password; 15 is recommended where passwords stand alone",
    },
    Setting {
        key: "identity.issuer",
        kind: Kind::Text,
        default: Some("airtide"),
        secret: false,
        doc: "who access tokens say they are from; all nodes of one deployment say the same",
    },
    Setting {
        key: "egress.allow",
        kind: Kind::Networks,
        default: Some(""),
        secret: false,
        doc: "networks, as 127.0.0.0/8, that webhooks may go to although they are private; for development and tests",
    },
    Setting {
        key: "mail.smtp_url",
        kind: Kind::Url(&["smtp", "smtps"]),
        default: None,
        secret: true,
        doc: "the server that mails are handed over to; without one none are sent",
    },
    Setting {
        key: "mail.from",
        kind: Kind::Text,
        default: None,
        secret: false,
        doc: "the sender of mails, as Airtide <no-reply@example.org>; needed with mail.smtp_url",
    },
    Setting {
        key: "mail.link_page",
        kind: Kind::Url(&["https", "http"]),
        default: None,
        secret: false,
        doc: "page that links in mails lead to, with what it is for and the token behind a #; none: mails hold the token alone",
    },
    Setting {
        key: "mail.mailbox",
        kind: Kind::OneOf(&["false", "true"]),
        default: Some("false"),
        secret: false,
        doc: "for development: without mail.smtp_url, mails are kept and shown to everybody at /dev/mail",
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
        default: Some("info,sqlx=warn,async_nats=off"),
        secret: false,
        doc: "which log lines are written, for example `info,eventstore=debug`",
    },
];

/// Plain variables that much tooling already sets; `AIRTIDE__…` wins over them.
pub const ALIASES: &[(&str, &str)] = &[("DATABASE_URL", "database.url"), ("NATS_URL", "nats.url")];

pub fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

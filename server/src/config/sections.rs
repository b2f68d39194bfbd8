//! The settings as the program uses them, one struct per concern.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use adapters::http::{Network, parse_networks};
use api::limits::LimitSettings;

use super::kind::{parse_addresses, parse_origins};
use super::layers::{Mistakes, Values};
use super::secret::Secret;

#[derive(Clone, Debug)]
pub struct Http {
    pub listen: Vec<SocketAddr>,
    pub metrics: MetricsPlace,
    pub trusted_proxies: Vec<Network>,
    pub cors_origins: Vec<String>,
    pub behind_tls: bool,
    pub connections_max: usize,
    pub connections_per_address_max: usize,
    pub head_timeout: Duration,
    pub idle_timeout: Duration,
    pub request_timeout: Duration,
}

/// Where `/metrics` is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsPlace {
    Main,
    Own(SocketAddr),
    Off,
}

#[derive(Clone, Debug)]
pub struct Database {
    url: Option<Secret>,
}

#[derive(Clone, Debug)]
pub struct Nats {
    url: Option<Secret>,
}

#[derive(Clone, Debug)]
pub struct Relay {
    pub stream_max_age: Duration,
    pub stream_max_bytes: usize,
    pub stream_replicas: usize,
}

#[derive(Clone, Debug)]
pub struct Keys {
    pub dir: PathBuf,
}

#[derive(Clone, Debug)]
pub struct EventLog {
    pub queue_units: usize,
    pub cache_bytes: usize,
    pub checkpoints: Option<PathBuf>,
}

#[derive(Clone, Debug)]
pub struct Ops {
    pub exports_dir: PathBuf,
}

#[derive(Clone, Debug)]
pub struct Identity {
    pub verify_email_required: bool,
    pub password_length_min: usize,
    pub signing_key_age: Duration,
    pub closing_grace_days: u64,
    pub issuer: String,
}

/// The bytes of attachments.
#[derive(Clone, Debug)]
pub struct Files {
    pub folder: PathBuf,
    pub fetched_bytes_max: u64,
    /// Without a slash at its end.
    pub origin: Option<String>,
}

/// What users may make this program speak to, beyond public hosts.
#[derive(Clone, Debug)]
pub struct Egress {
    pub allow: Vec<Network>,
}

#[derive(Clone, Debug)]
pub struct Airtable {
    /// Development alone asks for it: what a deployment connects to is told by its users.
    pub token: Option<Secret>,
    pub root: String,
    /// Of one base.
    pub requests_per_minute: u64,
    /// Where it reaches this API, without a slash at its end.
    pub notify_root: Option<String>,
    pub poll_every: Duration,
    pub sweep_every: Duration,
}

/// The page that links in mails lead to.
#[derive(Clone, Debug)]
pub struct MailedLinks {
    pub page: Option<String>,
}

/// What becomes of mails.
#[derive(Clone, Debug)]
pub enum Mail {
    Sent {
        smtp_url: Secret,
        from: Option<String>,
    },
    /// Kept for developers to look at.
    Kept,
    Skipped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Debug)]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

impl Database {
    pub fn url(&self) -> Result<&Secret, Mistakes> {
        required(&self.url, "database.url is not set: DATABASE_URL or AIRTIDE__DATABASE__URL sets it")
    }
}

impl Nats {
    pub fn url(&self) -> Result<&Secret, Mistakes> {
        required(&self.url, "nats.url is not set: NATS_URL or AIRTIDE__NATS__URL sets it")
    }

    pub fn is_set(&self) -> bool {
        self.url.is_some()
    }
}

fn required<'a>(value: &'a Option<Secret>, mistake: &str) -> Result<&'a Secret, Mistakes> {
    value.as_ref().ok_or_else(|| Mistakes(vec![mistake.to_owned()]))
}

impl From<&Values> for Http {
    fn from(values: &Values) -> Http {
        Http {
            listen: parse_addresses(text(values, "http.listen")).unwrap_or_default(),
            metrics: metrics_place(text(values, "http.metrics_listen")),
            trusted_proxies: parse_networks(text(values, "http.trusted_proxies")).unwrap_or_default(),
            cors_origins: parse_origins(text(values, "http.cors_origins")).unwrap_or_default(),
            behind_tls: text(values, "http.behind_tls") == "true",
            connections_max: count(values, "http.connections_max"),
            connections_per_address_max: count(values, "http.connections_per_address_max"),
            head_timeout: milliseconds(values, "http.head_timeout_ms"),
            idle_timeout: milliseconds(values, "http.idle_timeout_ms"),
            request_timeout: milliseconds(values, "http.request_timeout_ms"),
        }
    }
}

impl From<&Values> for Database {
    fn from(values: &Values) -> Database {
        Database { url: values.text("database.url").map(Secret::new) }
    }
}

impl From<&Values> for Nats {
    fn from(values: &Values) -> Nats {
        Nats { url: values.text("nats.url").map(Secret::new) }
    }
}

impl From<&Values> for Relay {
    fn from(values: &Values) -> Relay {
        let hours = text(values, "relay.stream_max_age_hours").parse().unwrap_or_default();
        Relay {
            stream_max_age: Duration::from_hours(hours),
            stream_max_bytes: count(values, "relay.stream_max_bytes"),
            stream_replicas: count(values, "relay.stream_replicas"),
        }
    }
}

impl From<&Values> for Keys {
    fn from(values: &Values) -> Keys {
        Keys { dir: PathBuf::from(text(values, "keys.dir")) }
    }
}

impl From<&Values> for EventLog {
    fn from(values: &Values) -> EventLog {
        EventLog {
            queue_units: count(values, "eventlog.queue_units"),
            cache_bytes: count(values, "eventlog.cache_bytes"),
            checkpoints: values.text("eventlog.checkpoints").map(PathBuf::from),
        }
    }
}

impl From<&Values> for Ops {
    fn from(values: &Values) -> Ops {
        Ops { exports_dir: PathBuf::from(text(values, "ops.exports_dir")) }
    }
}

impl From<&Values> for Identity {
    fn from(values: &Values) -> Identity {
        Identity {
            verify_email_required: text(values, "identity.verify_email") == "required",
            password_length_min: count(values, "identity.password_length_min"),
            signing_key_age: Duration::from_hours(24 * number(values, "identity.signing_key_days")),
            closing_grace_days: count(values, "identity.closing_grace_days") as u64,
            issuer: text(values, "identity.issuer").to_owned(),
        }
    }
}

impl From<&Values> for LimitSettings {
    fn from(values: &Values) -> LimitSettings {
        let number = |name: &str| number(values, &format!("limits.{name}"));
        LimitSettings {
            anonymous_per_minute: number("anonymous_per_minute"),
            wrong_credentials_per_minute: number("wrong_credentials_per_minute"),
            principal_per_second: number("principal_per_second"),
            principal_burst: number("principal_burst"),
            tenant_per_second: number("tenant_per_second"),
            tenant_burst: number("tenant_burst"),
            key_per_minute: number("key_per_minute"),
            records_per_second: number("records_per_second"),
            records_burst: number("records_burst"),
            airtable_base_per_second: number("airtable_base_per_second"),
            airtable_key_per_second: number("airtable_key_per_second"),
            login_per_minute: number("login_per_minute"),
            login_burst: number("login_burst"),
            login_per_address_per_minute: number("login_per_address_per_minute"),
            login_failures_per_hour: number("login_failures_per_hour"),
            login_per_device_per_hour: number("login_per_device_per_hour"),
            register_per_hour: number("register_per_hour"),
            refresh_per_five_minutes: number("refresh_per_five_minutes"),
            codes_per_five_minutes: number("codes_per_five_minutes"),
            mails_per_hour: number("mails_per_hour"),
            mails_per_address_per_hour: number("mails_per_address_per_hour"),
            exports_per_hour: number("exports_per_hour"),
        }
    }
}

impl From<&Values> for Files {
    fn from(values: &Values) -> Files {
        Files {
            folder: PathBuf::from(text(values, "files.folder")),
            fetched_bytes_max: number(values, "files.fetched_bytes_max"),
            origin: values.text("files.origin").map(|origin| origin.trim_end_matches('/').to_owned()),
        }
    }
}

impl From<&Values> for Egress {
    fn from(values: &Values) -> Egress {
        Egress { allow: parse_networks(text(values, "egress.allow")).unwrap_or_default() }
    }
}

impl From<&Values> for Airtable {
    fn from(values: &Values) -> Airtable {
        let notify_root = values.text("airtable.notify_root");
        Airtable {
            token: values.text("airtable.token").map(Secret::new),
            root: text(values, "airtable.root").to_owned(),
            requests_per_minute: number(values, "airtable.requests_per_minute"),
            notify_root: notify_root.map(|root| root.trim_end_matches('/').to_owned()),
            poll_every: milliseconds(values, "airtable.poll_ms"),
            // Nobody lives to see more.
            sweep_every: Duration::from_hours(number(values, "airtable.sweep_hours").min(876_000)),
        }
    }
}

impl From<&Values> for MailedLinks {
    fn from(values: &Values) -> MailedLinks {
        MailedLinks { page: values.text("mail.link_page").map(str::to_owned) }
    }
}

impl From<&Values> for Mail {
    fn from(values: &Values) -> Mail {
        match values.text("mail.smtp_url") {
            Some(url) => {
                Mail::Sent { smtp_url: Secret::new(url), from: values.text("mail.from").map(str::to_owned) }
            }
            None if text(values, "mail.mailbox") == "true" => Mail::Kept,
            None => Mail::Skipped,
        }
    }
}

impl From<&Values> for Log {
    fn from(values: &Values) -> Log {
        let format = if text(values, "log.format") == "json" { LogFormat::Json } else { LogFormat::Text };
        Log { format, filter: text(values, "log.filter").to_owned() }
    }
}

fn text<'a>(values: &'a Values, key: &str) -> &'a str {
    values.text(key).unwrap_or_default()
}

fn count(values: &Values, key: &str) -> usize {
    text(values, key).parse().unwrap_or_default()
}

fn number(values: &Values, key: &str) -> u64 {
    text(values, key).parse().unwrap_or_default()
}

fn milliseconds(values: &Values, key: &str) -> Duration {
    Duration::from_millis(text(values, key).parse().unwrap_or_default())
}

fn metrics_place(text: &str) -> MetricsPlace {
    match text.parse() {
        Ok(address) => MetricsPlace::Own(address),
        Err(_) if text == "main" => MetricsPlace::Main,
        Err(_) => MetricsPlace::Off,
    }
}

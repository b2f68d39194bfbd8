//! What can be turned while the server runs: limits, delays, faults, and how long things last. Everything is off, or as
//! Airtable says, until somebody turns it.

mod bounds;
mod turn;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Knobs {
    pub rate: Rate,
    pub quota: Quota,
    /// Every request waits so long, and up to as long as the jitter more.
    pub latency_ms: u64,
    pub jitter_ms: u64,
    pub failures: Vec<Failure>,
    pub after_commit: Vec<AfterCommit>,
    /// How long a list waits for its next page.
    pub iterator_idle_seconds: u32,
    pub attachments: Attachments,
    pub pings: Pings,
    pub payloads: Payloads,
}

/// Requests in a second, and what happens to whoever asks for more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rate {
    pub per_base: Option<u32>,
    /// Over all tokens of a person.
    pub per_user: Option<u32>,
    /// How long all requests are refused then. Unsettled: real clients live through less.
    pub penalty_seconds: u64,
    /// A request during the penalty begins it anew.
    pub strict: bool,
    /// Whether a 429 says `Retry-After`. Unsettled: promised for 503 alone.
    pub retry_after: bool,
}

/// Calls in a month, for each workspace; what is about bases, not in them, goes on beyond.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quota {
    pub calls: Option<u64>,
}

/// The server fails before it does anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// As the journal calls it; `*` is every one.
    pub route: String,
    #[serde(deserialize_with = "bounds::status")]
    pub status: u16,
    #[serde(deserialize_with = "bounds::chance")]
    pub chance: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
}

/// What was asked is done, and the answer is lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterCommit {
    pub route: String,
    #[serde(deserialize_with = "bounds::chance")]
    pub chance: f64,
    #[serde(rename = "do")]
    pub what: After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// The connection is cut.
    Drop,
    /// Nothing is said for so long, and then the connection is cut.
    Hang { milliseconds: u64 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attachments {
    /// How long the addresses of files are good.
    pub url_seconds: u64,
    pub fetch_delay_ms: u64,
    #[serde(deserialize_with = "bounds::chance")]
    pub fetch_fail_chance: f64,
    /// Files are fetched from loopback addresses only, unless this says otherwise.
    pub fetch_from_anywhere: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pings {
    #[serde(deserialize_with = "bounds::chance")]
    pub lose_chance: f64,
    #[serde(deserialize_with = "bounds::chance")]
    pub double_chance: f64,
    pub delay_ms: u64,
    /// Waits between attempts are as long as Airtable's times this.
    #[serde(deserialize_with = "bounds::scale")]
    pub retry_scale: f64,
    /// Pings go to loopback addresses only, unless this says otherwise.
    pub to_anywhere: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Payloads {
    /// What happens to more records than this is told in several payloads.
    pub records_max: Option<usize>,
}

impl Knobs {
    /// As Airtable limits whoever pays for a team.
    pub fn with_real_limits(mut self) -> Self {
        self.rate = Rate { per_base: Some(5), per_user: Some(50), penalty_seconds: 30, ..self.rate };
        self.quota = Quota { calls: Some(100_000) };
        self
    }
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            rate: Rate::default(),
            quota: Quota::default(),
            latency_ms: 0,
            jitter_ms: 0,
            failures: Vec::new(),
            after_commit: Vec::new(),
            iterator_idle_seconds: 600,
            attachments: Attachments::default(),
            pings: Pings::default(),
            payloads: Payloads::default(),
        }
    }
}

impl Default for Attachments {
    fn default() -> Self {
        Self { url_seconds: 7200, fetch_delay_ms: 0, fetch_fail_chance: 0.0, fetch_from_anywhere: false }
    }
}

impl Default for Pings {
    fn default() -> Self {
        Self { lose_chance: 0.0, double_chance: 0.0, delay_ms: 0, retry_scale: 1.0, to_anywhere: false }
    }
}

impl After {
    pub fn name(self) -> &'static str {
        match self {
            Self::Drop => "dropped",
            Self::Hang { .. } => "hung",
        }
    }
}

//! How pings are delivered: what is sent, what counts as received, and when it is tried again. Sends nothing itself.

use std::time::Duration;

use domain::bases::cells::write_moment;
use domain::bases::ids::{BaseId, WebhookId};
use domain::secret::Secret;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::mac::mac;

/// How long a receiver may take in all.
pub const TIME_MAX: Duration = Duration::from_secs(25);
pub const RETRIES_MAX: u32 = 13;
const FIRST_WAIT_SECONDS: f64 = 10.0;
/// Unsettled: said to be exponential; doubled 13 times it is 22 hours and 45 minutes, and "about a day" is what is said.
const GROWTH: f64 = 2.0;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ping {
    pub url: String,
    pub body: String,
    /// For the header [`super::MAC_HEADER`].
    pub mac: String,
}

/// How one attempt went. The first is number 0, retries count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub retry_number: u32,
    pub completed: Timestamp,
    pub took: Duration,
    /// Why it failed.
    pub failure: Option<String>,
}

/// What a hook knows of its pings.
#[derive(Debug, Clone)]
pub struct Notifications {
    pub url: Option<String>,
    pub enabled: bool,
    pub last_success: Option<Timestamp>,
    pub last_result: Option<LastResult>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LastResult {
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
    completion_timestamp: String,
    duration_ms: f64,
    retry_number: u32,
    /// Of failures alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    will_be_retried: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Failure {
    message: String,
}

impl Ping {
    pub fn new(url: String, base: BaseId, hook: WebhookId, secret: &Secret<Vec<u8>>, at: Timestamp) -> Self {
        let body =
            json!({ "base": { "id": base }, "webhook": { "id": hook }, "timestamp": write_moment(at) });
        let body = body.to_string();
        let mac = mac(secret, body.as_bytes());
        Self { url, body, mac }
    }
}

/// Whether an answer says that the ping was received; if not, why. Unsettled: the texts.
pub fn judge(status: u16, body_is_empty: bool, took: Duration) -> Result<(), String> {
    match status {
        _ if took > TIME_MAX => Err("The request to the notification URL timed out".into()),
        200 | 204 if body_is_empty => Ok(()),
        200 | 204 => Err("The notification URL answered with a body".into()),
        other => Err(format!("The notification URL answered with status {other}")),
    }
}

/// How long to wait after an attempt that failed; nothing after the last. The factor is that of the clock: 0.001 makes a
/// second a millisecond.
pub fn wait_after(retry_number: u32, factor: f64) -> Option<Duration> {
    let doublings = i32::try_from(retry_number).ok().filter(|_| retry_number < RETRIES_MAX)?;
    let seconds = FIRST_WAIT_SECONDS * GROWTH.powi(doublings);
    let unscaled = Duration::from_secs_f64(seconds);
    Some(Duration::try_from_secs_f64(seconds * factor).unwrap_or(unscaled))
}

impl Notifications {
    pub fn to(url: Option<String>) -> Self {
        Self { url, enabled: true, last_success: None, last_result: None }
    }

    /// Says how long after it the next attempt comes. After the last that fails they are switched off.
    pub fn tried(&mut self, attempt: &Attempt, factor: f64) -> Option<Duration> {
        let failed = attempt.failure.is_some();
        let wait = wait_after(attempt.retry_number, factor).filter(|_| failed && self.enabled);
        self.last_result = Some(LastResult::of(attempt, wait.is_some()));
        if !failed {
            self.last_success = Some(attempt.completed);
        } else if wait.is_none() {
            self.enabled = false;
        }
        wait
    }
}

impl LastResult {
    fn of(attempt: &Attempt, will_be_retried: bool) -> Self {
        let error = attempt.failure.clone().map(|message| Failure { message });
        Self {
            success: error.is_none(),
            will_be_retried: error.is_some().then_some(will_be_retried),
            error,
            completion_timestamp: write_moment(attempt.completed),
            duration_ms: attempt.took.as_secs_f64() * 1000.0,
            retry_number: attempt.retry_number,
        }
    }
}

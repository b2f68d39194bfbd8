//! What an answer, or the lack of one, means. Every row of the reference's table of errors is a test here.

use std::time::Duration;

use domain::bases::errors::ApiError;
use domain::bases::ports::{Fault, Refused, Trouble};
use serde_json::Value;

use super::call::Effect;

/// How long a base is left alone after too many requests. Unsettled: documented so, and real clients live through less.
pub const PENALTY: Duration = Duration::from_secs(30);
/// Whether an answer from a gateway that reached nobody means that nothing was done. Airtable says that it is safe to send
/// the request again.
const A_BAD_GATEWAY_DID_NOTHING: bool = true;

/// Why there is no answer to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nothing was sent.
    NotConnected,
    TimedOut,
    Broken,
    /// Larger than what is read.
    TooLarge,
}

/// An answer that is read.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
}

pub fn of_silence(effect: Effect, silence: NoAnswer) -> Fault {
    let trouble = match silence {
        NoAnswer::NotConnected => return Fault::Unavailable(Trouble::NotConnected),
        NoAnswer::TimedOut => Trouble::TimedOut,
        NoAnswer::Broken => Trouble::Broken,
        NoAnswer::TooLarge => return unreadable(effect, "larger than what is read"),
    };
    unclear(effect, trouble)
}

/// Nothing where the answer is what was asked for.
pub fn of_reply(effect: Effect, reply: &Reply) -> Option<Fault> {
    let (kind, message) = words(&reply.body);
    let status = reply.status;
    let fault = match status {
        200..=299 => return None,
        401 => Fault::Unauthorized,
        429 if kind == ApiError::BillingLimitExceeded.kind() => Fault::QuotaSpent,
        429 => Fault::Wait { retry_after: reply.retry_after.unwrap_or_default().max(PENALTY) },
        502 if A_BAD_GATEWAY_DID_NOTHING => Fault::Unavailable(Trouble::Status(status)),
        503 if kind == ApiError::Retriable.kind() => Fault::Unavailable(Trouble::Status(status)),
        408 | 500.. => unclear(effect, Trouble::Status(status)),
        400..=499 => Fault::Refused(Refused { status, kind, message }),
        // Redirects are not followed: the token is for one host only.
        _ => Fault::Malformed(format!("status {status}")),
    };
    Some(fault)
}

/// The request was done, and what is said of it cannot be understood.
pub fn unreadable(effect: Effect, why: &str) -> Fault {
    match effect {
        Effect::Reads => Fault::Malformed(why.to_owned()),
        Effect::Writes => Fault::Ambiguous(Trouble::Unreadable),
    }
}

fn unclear(effect: Effect, trouble: Trouble) -> Fault {
    match effect {
        Effect::Reads => Fault::Unavailable(trouble),
        Effect::Writes => Fault::Ambiguous(trouble),
    }
}

/// The type and the message of an error, in any of the shapes that there are. OAuth has its own words for the message.
fn words(body: &[u8]) -> (String, Option<String>) {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match &body["error"] {
        Value::String(kind) => (kind.clone(), text(&body["error_description"])),
        error => (text(&error["type"]).unwrap_or_default(), text(&error["message"])),
    }
}

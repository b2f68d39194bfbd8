//! What a webhook is made of, and what not. Where a URL leads is the egress guard's business.

use std::collections::BTreeSet;

use super::{PER_WORKSPACE_MAX, WebhookRefusal as Refusal};

/// Longest URL, in bytes.
pub const URL_BYTES_MAX: usize = 2_048;
/// Longest description, in characters.
pub const DESCRIPTION_LENGTH_MAX: usize = 500;
/// Types of events that a webhook may choose by name.
pub const EVENT_TYPES_MAX: usize = 50;
/// Longest name of a type, in bytes.
const EVENT_TYPE_BYTES_MAX: usize = 64;

pub fn url(url: &str) -> Result<(), Refusal> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let is_clean = !url.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    if is_web && is_clean && url.len() <= URL_BYTES_MAX { Ok(()) } else { Err(Refusal::BadUrl) }
}

pub fn description(text: &str) -> Result<(), Refusal> {
    let fits = text.chars().count() <= DESCRIPTION_LENGTH_MAX;
    if fits { Ok(()) } else { Err(Refusal::DescriptionTooLong) }
}

pub fn event_types(types: &BTreeSet<String>) -> Result<(), Refusal> {
    let all_good = types.len() <= EVENT_TYPES_MAX && types.iter().all(|name| is_event_type(name));
    if all_good { Ok(()) } else { Err(Refusal::BadEventTypes) }
}

fn is_event_type(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let has_both = name.split_once('.').is_some_and(|(thing, event)| is_word(thing) && is_word(event));
    has_both && name.len() <= EVENT_TYPE_BYTES_MAX
}

pub fn slot(slot: u8) -> Result<(), Refusal> {
    if slot < PER_WORKSPACE_MAX { Ok(()) } else { Err(Refusal::TooManyWebhooks) }
}

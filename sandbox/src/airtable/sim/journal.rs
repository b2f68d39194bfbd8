//! Reading and emptying the journal.

use serde_json::json;

use super::refusal::Refusal;
use super::{Answer, Asked};

const ENTRIES_MAX: usize = 10_000;

/// The entries after `after`, of one `base` or of all, at most `limit` of them.
pub fn read(asked: &Asked<'_>) -> Answer {
    let number = |name: &str, default: u64| match asked.query.one(name) {
        Some(text) => text.parse().map_err(|_| Refusal::misused(format!("{name} is a number"))),
        None => Ok(default),
    };
    let limit = usize::try_from(number("limit", ENTRIES_MAX as u64)?).unwrap_or(ENTRIES_MAX);
    let after = number("after", 0)?;
    let entries = asked.app.journal.after(after, asked.query.one("base"), limit.min(ENTRIES_MAX));
    let last = entries.last().map_or(after, |entry| entry.number);
    Ok(json!({ "entries": entries, "last": last }))
}

pub fn clear(asked: &Asked<'_>) -> Answer {
    asked.app.journal.clear();
    Ok(json!({}))
}

//! What a key does at a time. It follows from when the key was published and from when on it signs, so every node that knows
//! the rows comes to the same answer without asking; a key takes over by the clock, and never before all have heard of it.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::identity::tokens;

/// How long others may remember the published keys.
pub const CACHED_FOR: Duration = Duration::from_secs(300);
/// What a node knows is at most this old while it can ask.
pub const KNOWN_WITHIN: Duration = Duration::from_secs(5);
/// Between publishing a key and signing with it: whoever has just asked hears of it first.
const AHEAD: Duration = Duration::from_secs(CACHED_FOR.as_secs() + 2 * KNOWN_WITHIN.as_secs());
/// The same when it is to be at once: only our own nodes hear of it first.
const AT_ONCE: Duration = Duration::from_secs(2 * KNOWN_WITHIN.as_secs());
/// A key that signs no more is kept as long as what it signed, and for clocks that disagree.
const KEPT: Duration = Duration::from_secs(tokens::LIFETIME.as_secs() + 60);

/// A key, without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    pub kid: String,
    pub published_at: Timestamp,
    pub signs_from: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Published, and signs nothing yet.
    Next,
    Active,
    /// Signs no more, and what it signed is still good.
    Retiring,
    Retired,
}

/// Why another key is to take over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Once the one that signs has done so for this long.
    ByAge(Duration),
    /// As soon as everybody can have heard of it.
    Soon,
    /// As soon as our own nodes have: others who remember the published keys are wrong for a while.
    AtOnce,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Publish {
        signs_from: Timestamp,
    },
    BringForward {
        kid: String,
        signs_from: Timestamp,
    },
    /// One that is published takes over by then.
    Waits {
        signs_from: Timestamp,
    },
    Nothing,
}

pub fn state(keys: &[Times], key: &Times, now: Timestamp) -> State {
    if active(keys, now).is_some_and(|active| active.kid == key.kid) {
        return State::Active;
    }
    if key.signs_from > now {
        return State::Next;
    }
    let followed = keys.iter().map(|other| other.signs_from).filter(|from| *from > key.signs_from).min();
    match followed {
        Some(end) if end + KEPT <= now => State::Retired,
        _ => State::Retiring,
    }
}

/// The one that signs: of those whose time has come the latest, and where no time has come the first.
pub fn active(keys: &[Times], now: Timestamp) -> Option<&Times> {
    let come = keys.iter().filter(|key| key.signs_from <= now);
    come.max_by_key(|key| order(key)).or_else(|| keys.iter().min_by_key(|key| order(key)))
}

fn order(key: &Times) -> (Timestamp, &str) {
    (key.signs_from, &key.kid)
}

pub fn decide(keys: &[Times], wanted: Wanted, now: Timestamp) -> Decision {
    let next = keys.iter().find(|key| state(keys, key, now) == State::Next);
    match (wanted, next) {
        (Wanted::AtOnce, Some(next)) if next.signs_from > now + AT_ONCE => {
            Decision::BringForward { kid: next.kid.clone(), signs_from: now + AT_ONCE }
        }
        (Wanted::ByAge(_), Some(_)) => Decision::Nothing,
        (_, Some(next)) => Decision::Waits { signs_from: next.signs_from },
        (Wanted::AtOnce, None) => Decision::Publish { signs_from: now + AT_ONCE },
        (Wanted::Soon, None) => Decision::Publish { signs_from: now + AHEAD },
        (Wanted::ByAge(age), None) => match active(keys, now) {
            Some(active) if since(active) + age <= now + AHEAD => {
                Decision::Publish { signs_from: now + AHEAD }
            }
            _ => Decision::Nothing,
        },
    }
}

/// The first key signed before anybody wrote down since when.
fn since(key: &Times) -> Timestamp {
    key.signs_from.max(key.published_at)
}

#[cfg(test)]
mod tests;

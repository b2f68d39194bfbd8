//! What was asked and what came of it, so that whoever tests counts effects instead of trusting answers.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use domain::bases::ids::UserId;
use hyper::{Method, Uri};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::routes::Route;

/// The oldest entries are forgotten beyond this many, or beyond so many effects of them all.
const ENTRIES_MAX: usize = 200_000;
const EFFECTS_MAX: usize = 2_000_000;

/// Something that a request changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub what: &'static str,
    /// The id of what was changed.
    pub id: String,
    /// The table it is in, where it is in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    pub number: u64,
    pub at: Timestamp,
    pub request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    pub method: String,
    pub path: String,
    pub route: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Nothing where no answer was given.
    pub status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
    /// What a knob did to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
    pub effects: Vec<Effect>,
}

#[derive(Default)]
pub struct Journal {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    last: u64,
    /// Of all entries.
    effects: usize,
    entries: VecDeque<Entry>,
}

impl Effect {
    pub fn new(what: &'static str, id: impl ToString) -> Self {
        Self { what, id: id.to_string(), table: None }
    }

    pub fn in_table(what: &'static str, id: impl ToString, table: impl ToString) -> Self {
        Self { table: Some(table.to_string()), ..Self::new(what, id) }
    }
}

impl Entry {
    pub fn new(at: Timestamp, method: &Method, uri: &Uri, route: Option<&Route>) -> Self {
        Self {
            number: 0,
            at,
            request_id: format!("req{}", Uuid::new_v4().simple()),
            user: None,
            method: method.to_string(),
            path: uri.path().to_owned(),
            route: route.map_or("unknown", Route::name),
            base: route.and_then(Route::base).map(str::to_owned),
            status: None,
            error: None,
            fault: None,
            effects: Vec::new(),
        }
    }
}

impl Journal {
    pub fn note(&self, mut entry: Entry) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last += 1;
        entry.number = kept.last;
        kept.add(entry, ENTRIES_MAX, EFFECTS_MAX);
    }

    /// The entries after a number, of one base or of all.
    pub fn after(&self, number: u64, base: Option<&str>, limit: usize) -> Vec<Entry> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = |entry: &&Entry| {
            entry.number > number && base.is_none_or(|base| entry.base.as_deref() == Some(base))
        };
        kept.entries.iter().filter(wanted).take(limit).cloned().collect()
    }

    pub fn clear(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.effects, kept.entries) = (0, VecDeque::new());
    }
}

impl Kept {
    /// The newest stays, whatever it is.
    fn add(&mut self, entry: Entry, entries_max: usize, effects_max: usize) {
        self.effects += entry.effects.len();
        self.entries.push_back(entry);
        while self.entries.len() > 1 && (self.entries.len() > entries_max || self.effects > effects_max) {
            self.effects -= self.entries.pop_front().map_or(0, |oldest| oldest.effects.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entries_go_when_there_are_too_many_or_they_did_too_much() {
        let mut kept = Kept::default();
        for (number, effects) in [1, 1, 1, 3, 9].into_iter().enumerate() {
            let mut entry = Entry::new(Timestamp::UNIX_EPOCH, &Method::GET, &Uri::default(), None);
            entry.number = number as u64;
            entry.effects = vec![Effect::new("record.created", "rec"); effects];
            kept.add(entry, 3, 5);
            let numbers: Vec<u64> = kept.entries.iter().map(|entry| entry.number).collect();
            let expected: &[u64] = [&[0][..], &[0, 1], &[0, 1, 2], &[1, 2, 3], &[4]][number];
            assert_eq!(numbers, expected);
        }
        assert_eq!(kept.effects, 9);
    }
}

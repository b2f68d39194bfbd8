//! What was asked and what came of it, so that whoever tests counts effects instead of trusting answers.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use domain::bases::ids::UserId;
use hyper::{Method, Uri};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::routes::Route;

/// The oldest entries are forgotten beyond this.
const ENTRIES_MAX: usize = 200_000;

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
        kept.entries.push_back(entry);
        if kept.entries.len() > ENTRIES_MAX {
            kept.entries.pop_front();
        }
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
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).entries.clear();
    }
}

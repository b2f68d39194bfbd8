//! The payloads of a hook, numbered from 1 without a gap. They are gone a week after they were made, read or not; their
//! numbers never come again.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::Value;

use super::life::a_week_after;

/// The first number of all.
pub const FIRST: u64 = 1;
/// Of one hook; beyond it the oldest are gone before their week is over.
pub const KEPT_MAX: usize = 100_000;
/// What those of one hook may hold together, likewise: ten hooks of a base keep 320 MiB. The newest stays, however large.
pub const BYTES_MAX: usize = 32 << 20;

#[derive(Debug, Clone)]
pub struct Kept {
    payloads: VecDeque<Payload>,
    /// Of all payloads.
    bytes: usize,
    /// The number that the next payload gets.
    next: u64,
}

/// Written already, as most are read once or never.
#[derive(Debug, Clone)]
struct Payload {
    at: Timestamp,
    text: Box<str>,
}

/// Payloads in a row, the number after the last of them, and whether there are more.
#[derive(Debug, PartialEq, Eq)]
pub struct Page<'a> {
    pub payloads: Vec<&'a str>,
    pub cursor: u64,
    pub might_have_more: bool,
}

impl Default for Kept {
    fn default() -> Self {
        Self { payloads: VecDeque::new(), bytes: 0, next: FIRST }
    }
}

impl Kept {
    pub fn next(&self) -> u64 {
        self.next
    }

    pub fn add(&mut self, at: Timestamp, payload: &Value) {
        let text: Box<str> = payload.to_string().into();
        self.bytes += text.len();
        self.payloads.push_back(Payload { at, text });
        self.next += 1;
        while self.payloads.len() > KEPT_MAX || (self.bytes > BYTES_MAX && self.payloads.len() > 1) {
            self.drop_oldest();
        }
    }

    pub fn forget(&mut self, now: Timestamp) {
        while self.payloads.front().is_some_and(|oldest| now >= a_week_after(oldest.at)) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let dropped = self.payloads.pop_front();
        self.bytes -= dropped.map_or(0, |payload| payload.text.len());
    }

    /// Unsettled: who comes too late gets what is left, and who asks ahead of what there is gets nothing.
    pub fn page(&self, cursor: u64, limit: usize) -> Page<'_> {
        let oldest = self.next - self.payloads.len() as u64;
        let from = usize::try_from(cursor.saturating_sub(oldest)).unwrap_or(usize::MAX);
        let payloads: Vec<_> =
            self.payloads.iter().skip(from).take(limit).map(|payload| &*payload.text).collect();
        if payloads.is_empty() {
            return Page { payloads, cursor, might_have_more: false };
        }
        let after = cursor.max(oldest) + payloads.len() as u64;
        Page { payloads, cursor: after, might_have_more: after < self.next }
    }
}

impl Page<'_> {
    /// As it is answered.
    pub fn body(&self) -> String {
        let Self { payloads, cursor, might_have_more } = self;
        let payloads = payloads.join(",");
        format!("{{\"payloads\":[{payloads}],\"cursor\":{cursor},\"mightHaveMore\":{might_have_more}}}")
    }
}

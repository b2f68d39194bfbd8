//! Requests in any second. Whoever asks for more is refused, and for a while everything they ask.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::airtable::knobs::Rate;

const WINDOW: Duration = Duration::from_secs(1);
/// As good as for ever: a hundred years.
const PENALTY_SECONDS_MAX: u64 = 100 * 365 * 24 * 3600;
/// Whom nobody asked for is forgotten beyond this many.
const KEPT_MAX: usize = 10_000;

#[derive(Default)]
pub struct Rates {
    asked: Mutex<HashMap<String, Asked>>,
}

/// When a base, or a person, was asked of late.
#[derive(Default)]
struct Asked {
    at: VecDeque<Instant>,
    refused_until: Option<Instant>,
}

impl Rates {
    /// Whether one more request may pass, of a base and of a person; one that is refused counts for neither.
    pub fn admit(&self, rate: &Rate, base: Option<&str>, user: &str, now: Instant) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() > KEPT_MAX {
            asked.retain(|_, one| one.is_remembered(now));
        }
        let limited = [(base, rate.per_base), (Some(user), rate.per_user)];
        let limited: Vec<(&str, usize)> =
            limited.into_iter().filter_map(|(who, limit)| Some((who?, limit? as usize))).collect();
        let passes = limited
            .iter()
            .all(|(who, limit)| asked.entry((*who).to_owned()).or_default().has_room(rate, *limit, now));
        if passes {
            for (who, _) in limited {
                asked.entry(who.to_owned()).or_default().at.push_back(now);
            }
        }
        passes
    }

    pub fn clear(&self) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Asked {
    fn has_room(&mut self, rate: &Rate, limit: usize, now: Instant) -> bool {
        while self.at.front().is_some_and(|at| now.duration_since(*at) >= WINDOW) {
            self.at.pop_front();
        }
        let penalized = self.refused_until.is_some_and(|until| now < until);
        let is_over = self.at.len() >= limit;
        if (is_over && !penalized) || (penalized && rate.strict) {
            let penalty = Duration::from_secs(rate.penalty_seconds.min(PENALTY_SECONDS_MAX));
            self.refused_until = now.checked_add(penalty);
        }
        !penalized && !is_over
    }

    fn is_remembered(&self, now: Instant) -> bool {
        let is_recent = self.at.back().is_some_and(|at| now.duration_since(*at) < WINDOW);
        is_recent || self.refused_until.is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(rates: &Rates, rate: &Rate, milliseconds: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let start = Instant::now();
        let at = |ms: &u64| rates.admit(rate, Some("app1"), "usr1", start + Duration::from_millis(*ms));
        milliseconds.into_iter().filter(at).collect()
    }

    #[test]
    fn no_second_holds_more_than_the_limit_and_each_may_hold_as_many() {
        let rate = Rate { per_base: Some(5), ..Rate::default() };
        let passed = admitted(&Rates::default(), &rate, (0..5_000).step_by(10));
        for window in passed.windows(6) {
            assert!(window[5] - window[0] >= 1_000, "{window:?}");
        }
        assert_eq!(passed.len(), 25);
    }

    #[test]
    fn who_asks_for_too_much_is_refused_for_the_whole_penalty() {
        let rate = Rate { per_base: Some(2), penalty_seconds: 30, ..Rate::default() };
        let passed = admitted(&Rates::default(), &rate, [0, 1, 2, 1_500, 29_000, 30_002, 30_003]);
        assert_eq!(passed, [0, 1, 30_002, 30_003]);
    }

    #[test]
    fn a_penalty_may_be_as_long_as_a_number_can_say() {
        let rate = Rate { per_base: Some(1), penalty_seconds: u64::MAX, ..Rate::default() };
        assert_eq!(admitted(&Rates::default(), &rate, [0, 1, 1_000_000_000]), [0]);
    }

    #[test]
    fn a_strict_penalty_begins_anew_with_every_request() {
        let rate = Rate { per_base: Some(1), penalty_seconds: 10, strict: true, ..Rate::default() };
        let passed = admitted(&Rates::default(), &rate, [0, 1, 9_000, 18_000, 28_001]);
        assert_eq!(passed, [0, 28_001]);
    }
}

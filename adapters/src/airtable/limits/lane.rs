//! Turns at one pace.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The slowest pace and the fastest; what is beyond them was meant otherwise.
const PER_SECOND: std::ops::RangeInclusive<f64> = 0.01..=1_000_000.0;

pub struct Lane {
    spacing: Duration,
    /// Turns that are taken, each as far from the next as the pace asks for.
    taken: BTreeSet<Instant>,
    /// When somebody last went. Whoever wakes up late must not have the next one at their heels.
    last: Option<Instant>,
    closed_until: Option<Instant>,
    spent_until: Option<Instant>,
}

impl Lane {
    pub fn new(per_second: f64) -> Self {
        let per_second = per_second.clamp(*PER_SECOND.start(), *PER_SECOND.end());
        let spacing = Duration::from_secs_f64(1.0 / per_second);
        Self { spacing, taken: BTreeSet::new(), last: None, closed_until: None, spent_until: None }
    }

    /// The first moment from one on at which a turn is free.
    pub fn free(&self, from: Instant) -> Instant {
        let mut turn = self.closed_until.map_or(from, |until| until.max(from));
        // What is at least a spacing away, on either side, leaves room.
        let begin = turn.checked_sub(self.spacing).unwrap_or(turn);
        for taken in self.taken.range(begin..) {
            if *taken >= turn + self.spacing {
                break;
            }
            if turn.saturating_duration_since(*taken) < self.spacing {
                turn = *taken + self.spacing;
            }
        }
        turn
    }

    pub fn take(&mut self, turn: Instant) {
        self.taken.insert(turn);
    }

    /// When there is room again behind who went last.
    pub fn free_after_last(&self, now: Instant) -> Instant {
        self.last.map_or(now, |last| (last + self.spacing).max(now))
    }

    pub fn go(&mut self, now: Instant) {
        self.last = Some(now);
    }

    /// What lies so far back that it leaves room for everything.
    pub fn forget_before(&mut self, now: Instant) {
        while self.taken.first().is_some_and(|first| *first + self.spacing <= now) {
            self.taken.pop_first();
        }
    }

    /// Nobody has a turn until then; who had one takes another.
    pub fn close(&mut self, until: Instant) {
        self.closed_until = self.closed_until.max(Some(until));
        self.taken.retain(|turn| *turn >= until);
    }

    pub fn is_closed(&self, at: Instant) -> bool {
        self.closed_until.is_some_and(|until| at < until)
    }

    pub fn spend(&mut self, until: Instant) {
        self.spent_until = self.spent_until.max(Some(until));
    }

    pub fn is_spent(&self, at: Instant) -> bool {
        self.spent_until.is_some_and(|until| at < until)
    }

    pub fn is_used(&self, now: Instant) -> bool {
        let is_taken = self.taken.last().is_some_and(|last| *last + self.spacing > now);
        self.free_after_last(now) > now || is_taken || self.is_closed(now) || self.is_spent(now)
    }
}

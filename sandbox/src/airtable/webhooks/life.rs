//! How long a hook lives: seven days from when it was made or last used. For seven more it can still be read, then it is
//! gone.

use jiff::{SignedDuration, Timestamp};

const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    pub ends: Timestamp,
}

pub fn a_week_after(at: Timestamp) -> Timestamp {
    at.checked_add(WEEK).unwrap_or(Timestamp::MAX)
}

impl Life {
    pub fn beginning(at: Timestamp) -> Self {
        Self { ends: a_week_after(at) }
    }

    pub fn is_over(self, now: Timestamp) -> bool {
        now >= self.ends
    }

    pub fn is_gone(self, now: Timestamp) -> bool {
        now >= a_week_after(self.ends)
    }

    /// Unsettled: what is over does not begin again.
    pub fn extend(&mut self, now: Timestamp) {
        if !self.is_over(now) {
            self.ends = a_week_after(now);
        }
    }
}

//! The time as this server tells it: the machine's, moved or stopped where somebody wants it so.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

pub struct Clock {
    set: Mutex<Set>,
}

enum Set {
    Ahead(SignedDuration),
    Stopped(Timestamp),
}

impl Default for Clock {
    fn default() -> Self {
        Self { set: Mutex::new(Set::Ahead(SignedDuration::ZERO)) }
    }
}

impl Clock {
    pub fn now(&self) -> Timestamp {
        match &*self.set.lock().unwrap_or_else(PoisonError::into_inner) {
            Set::Ahead(by) => Timestamp::now().checked_add(*by).unwrap_or(Timestamp::MAX),
            Set::Stopped(at) => *at,
        }
    }

    /// It stands still from now on.
    pub fn stop(&self, at: Timestamp) {
        *self.set.lock().unwrap_or_else(PoisonError::into_inner) = Set::Stopped(at);
    }

    pub fn advance(&self, by: SignedDuration) {
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        *set = match &*set {
            Set::Ahead(ahead) => Set::Ahead(ahead.saturating_add(by)),
            Set::Stopped(at) => Set::Stopped(at.checked_add(by).unwrap_or(Timestamp::MAX)),
        };
    }

    /// It goes with the machine's again.
    pub fn reset(&self) {
        *self.set.lock().unwrap_or_else(PoisonError::into_inner) = Set::Ahead(SignedDuration::ZERO);
    }
}

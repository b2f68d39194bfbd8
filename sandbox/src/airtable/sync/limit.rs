//! How often a base may be synced: 20 times in five minutes.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use domain::bases::ids::BaseId;
use jiff::{SignedDuration, Timestamp};

const TIMES_MAX: usize = 20;
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

#[derive(Default)]
pub struct Syncs {
    asked: Mutex<BTreeMap<BaseId, Vec<Timestamp>>>,
}

impl Syncs {
    /// Whether once more is not too often. What lies ahead, as the clock was set back, counts as what lies behind.
    pub fn admit(&self, base: BaseId, now: Timestamp) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.values_mut().for_each(|times| times.retain(|at| now.duration_since(*at).abs() < WINDOW));
        asked.retain(|_, times| !times.is_empty());
        let times = asked.entry(base).or_default();
        let admitted = times.len() < TIMES_MAX;
        if admitted {
            times.push(now);
        }
        admitted
    }

    pub fn clear(&self) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

//! Keeps the effects of a lane apart where they begin. The bucket says how many may be claimed; a claim that came
//! late, because this process or the database was busy, must not bring two effects closer together.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use eventstore::work::LaneLimit;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// When the last effects of one lane began: as many as may follow each other at once.
type Begun = Arc<Mutex<VecDeque<Instant>>>;

pub struct Pace {
    limit: LaneLimit,
    lanes: Lock<HashMap<String, Begun>>,
}

impl Pace {
    pub fn new(limit: LaneLimit) -> Self {
        Self { limit, lanes: Lock::default() }
    }

    /// Waits for the turn of one more effect.
    pub async fn turn(&self, lane: &str) {
        let burst = self.limit.burst.max(1);
        let begun = self.begun(lane);
        let mut begun = begun.lock().await;
        if begun.len() >= burst as usize
            && let Some(earliest) = begun.pop_front()
        {
            sleep_until(earliest + Duration::from_secs_f64(f64::from(burst) / self.limit.per_second)).await;
        }
        begun.push_back(Instant::now());
    }

    fn begun(&self, lane: &str) -> Begun {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry(lane.to_owned()).or_default())
    }
}

//! Whose turn it is. Requests of one base keep one pace, and so do those of one person over all bases; who comes first goes
//! first. After too many requests a base is left alone for a while, and after the last one of the month, until somebody
//! looks again.

mod lane;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::bases::ids::BaseId;
use domain::bases::ports::Fault;

use super::time::Time;
use lane::Lane;

/// How long nobody tries after the month's requests are used up. Unsettled: when they are counted anew.
const SPENT_FOR: Duration = Duration::from_secs(3600);
/// Lanes that are kept although nobody is in them.
const LANES_KEPT: usize = 1_000;

/// Requests per second. Airtable allows 5 and 50; what is left over is for whoever else uses the same token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    pub per_base: f64,
    pub per_person: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { per_base: 4.5, per_person: 45.0 }
    }
}

/// Whom a request counts for.
#[derive(Debug, Clone)]
pub struct Counted {
    pub base: Option<BaseId>,
    pub person: String,
    pub is_metered: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    Base(BaseId),
    Person(String),
}

/// What becomes of a turn that has come.
enum Going {
    Now,
    Later(Instant),
    Anew,
}

pub struct Limits {
    pace: Pace,
    time: Arc<dyn Time>,
    lanes: Mutex<HashMap<Whose, Lane>>,
}

impl Limits {
    pub fn new(pace: Pace, time: Arc<dyn Time>) -> Self {
        Self { pace, time, lanes: Mutex::default() }
    }

    /// Waits for a turn, unless it would come too late. Says how long it waited.
    pub async fn turn(&self, counted: &Counted, until: Instant) -> Result<Duration, Fault> {
        let began = self.time.now();
        loop {
            let mut next = self.take(counted, self.time.now(), until)?;
            loop {
                self.time.sleep(next.saturating_duration_since(self.time.now())).await;
                match self.go(counted, self.time.now()) {
                    Going::Now => return Ok(self.time.now().saturating_duration_since(began)),
                    Going::Later(at) => next = at,
                    Going::Anew => break,
                }
            }
        }
    }

    /// Too many requests were made: all of the base wait, or all of the person where there is no base.
    pub fn penalise(&self, counted: &Counted, time: Duration) {
        let until = self.time.now() + time;
        self.with_lanes(|lanes| self.narrowest(lanes, counted).close(until));
    }

    /// The month's requests are used up.
    pub fn spend(&self, counted: &Counted) {
        let until = self.time.now() + SPENT_FOR;
        self.with_lanes(|lanes| self.narrowest(lanes, counted).spend(until));
    }

    fn take(&self, counted: &Counted, now: Instant, until: Instant) -> Result<Instant, Fault> {
        self.with_lanes(|lanes| {
            prune(lanes, now);
            let mine = self.whose(counted);
            for whose in &mine {
                let lane = self.lane(lanes, whose);
                lane.forget_before(now);
                if counted.is_metered && lane.is_spent(now) {
                    return Err(Fault::QuotaSpent);
                }
            }
            let turn = earliest(lanes, &mine, now);
            if turn > until {
                return Err(Fault::Wait { retry_after: turn - now });
            }
            for whose in &mine {
                self.lane(lanes, whose).take(turn);
            }
            Ok(turn)
        })
    }

    /// Whether the turn that has come is still one: a penalty may have come as well, or who went before came late.
    fn go(&self, counted: &Counted, now: Instant) -> Going {
        self.with_lanes(|lanes| {
            let mine = self.whose(counted);
            let mut free = now;
            for whose in &mine {
                let lane = self.lane(lanes, whose);
                if lane.is_closed(now) || (counted.is_metered && lane.is_spent(now)) {
                    return Going::Anew;
                }
                free = free.max(lane.free_after_last(now));
            }
            if free > now {
                return Going::Later(free);
            }
            mine.iter().for_each(|whose| self.lane(lanes, whose).go(now));
            Going::Now
        })
    }

    fn whose(&self, counted: &Counted) -> Vec<Whose> {
        let base = counted.base.map(Whose::Base);
        base.into_iter().chain([Whose::Person(counted.person.clone())]).collect()
    }

    fn narrowest<'a>(&self, lanes: &'a mut HashMap<Whose, Lane>, counted: &Counted) -> &'a mut Lane {
        let base = counted.base.map(Whose::Base);
        let whose = base.unwrap_or_else(|| Whose::Person(counted.person.clone()));
        self.lane(lanes, &whose)
    }

    fn lane<'a>(&self, lanes: &'a mut HashMap<Whose, Lane>, whose: &Whose) -> &'a mut Lane {
        let per_second = match whose {
            Whose::Base(_) => self.pace.per_base,
            Whose::Person(_) => self.pace.per_person,
        };
        lanes.entry(whose.clone()).or_insert_with(|| Lane::new(per_second))
    }

    fn with_lanes<T>(&self, work: impl FnOnce(&mut HashMap<Whose, Lane>) -> T) -> T {
        work(&mut self.lanes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The first moment that is free in all of them.
fn earliest(lanes: &HashMap<Whose, Lane>, mine: &[Whose], now: Instant) -> Instant {
    let mut turn = now;
    loop {
        let next = mine.iter().filter_map(|whose| lanes.get(whose)).fold(turn, |turn, lane| lane.free(turn));
        if next == turn {
            return turn;
        }
        turn = next;
    }
}

fn prune(lanes: &mut HashMap<Whose, Lane>, now: Instant) {
    if lanes.len() > LANES_KEPT {
        lanes.retain(|_, lane| lane.is_used(now));
    }
}

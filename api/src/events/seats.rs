//! How many streams there are: bounded for each person, and for the process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::identity::UserId;
use prometheus_client::metrics::gauge::Gauge;

use crate::http::Problem;

/// Streams of one person: tabs, scripts and what was left open.
const OF_ONE_PERSON_MAX: usize = 16;
const IN_ALL_MAX: usize = 10_000;
/// Whoever has too many may ask again when one of them has had time to end.
const RETRY_AFTER_SECONDS: u64 = 5;

#[derive(Clone, Default)]
pub struct Seats {
    taken: Arc<Mutex<Taken>>,
    /// The same number, for whoever looks at the process from outside.
    pub gauge: Gauge,
}

#[derive(Default)]
struct Taken {
    in_all: usize,
    by_person: HashMap<UserId, usize>,
}

/// The right to one stream; given back when dropped.
pub struct Seat {
    seats: Seats,
    user: UserId,
}

impl Seats {
    pub fn take(&self, user: &UserId) -> Result<Seat, Problem> {
        let mut taken = self.lock();
        if taken.in_all >= IN_ALL_MAX {
            return Err(Problem::unavailable_because(
                "too_many_streams",
                "No more streams can be served now.",
            ));
        }
        if taken.by_person.get(user).is_some_and(|count| *count >= OF_ONE_PERSON_MAX) {
            return Err(Problem::too_many(RETRY_AFTER_SECONDS));
        }
        taken.in_all += 1;
        *taken.by_person.entry(user.clone()).or_default() += 1;
        self.gauge.inc();
        Ok(Seat { seats: self.clone(), user: user.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        taken.in_all = taken.in_all.saturating_sub(1);
        self.seats.gauge.dec();
        if let Some(count) = taken.by_person.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                taken.by_person.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::example::id;

    #[test]
    fn one_person_has_a_bounded_number_of_streams_and_gets_them_back() {
        let (seats, ana) = (Seats::default(), id("usr_ana"));
        let mut held: Vec<Seat> = (0..OF_ONE_PERSON_MAX).map(|_| seats.take(&ana).unwrap()).collect();
        assert_eq!(seats.take(&ana).err().unwrap().status().as_u16(), 429);
        assert!(seats.take(&id("usr_ben")).is_ok());
        held.pop();
        held.push(seats.take(&ana).unwrap());
        drop(held);
        assert_eq!((seats.lock().in_all, seats.gauge.get()), (0, 0));
        assert!(seats.lock().by_person.is_empty());
    }

    #[test]
    fn the_process_has_a_bounded_number_of_streams() {
        let seats = Seats::default();
        let held: Vec<Seat> =
            (0..IN_ALL_MAX).map(|number| seats.take(&id(&format!("usr_{number}"))).unwrap()).collect();
        assert_eq!(seats.take(&id("usr_last")).err().unwrap().status().as_u16(), 503);
        drop(held);
        assert!(seats.take(&id("usr_last")).is_ok());
    }
}

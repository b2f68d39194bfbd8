//! How fast a read model is made anew beside a system that is in use.
//!
//! While the log stands still nobody is held up, and everything is done as fast as it goes: large pages, no rest. While
//! it moves, pages are small, so that whoever comes in between waits for little, and after each there is a rest of
//! [`RESTS`] times as long as the page took; longer still when pages take longer than they did at their best, because
//! then somebody else wants the machine.

use std::time::{Duration, Instant};

/// Events of a page while the log stands still.
const FAST: usize = 8_000;
/// While it moves.
const GENTLE: usize = 200;
/// Rests are so many times as long as the page took.
const RESTS: f64 = 4.0;
/// And at most so many times that, when pages take longer than they might.
const LONGER_MAX: f64 = 4.0;
/// No rest outlasts the lease of what is being made.
const REST_MAX: Duration = Duration::from_millis(500);
/// The log moves when it grows by more than this a second: the acts of an operator do not count.
const MOVES_BY: f64 = 5.0;
/// How often the end of the log is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A log that moved is taken to move for so long.
const MOVES_FOR: Duration = Duration::from_secs(2);

/// What was seen of the log.
enum Seen {
    TooLittle,
    StandsStill,
    Moved(Instant),
}

pub struct Throttle {
    /// Where the log ended when it was last looked at.
    seen: Option<(i64, Instant)>,
    /// At first nobody knows, so that one begins gently.
    log: Seen,
    /// Seconds that an event of a small page took at best.
    best: f64,
}

impl Throttle {
    pub fn begin() -> Self {
        Self { seen: None, log: Seen::TooLittle, best: f64::INFINITY }
    }

    /// Whether it is time to look at the end of the log.
    pub fn wants_to_look(&self, now: Instant) -> bool {
        self.seen.is_none_or(|(_, at)| now - at >= LOOK_EVERY)
    }

    pub fn saw(&mut self, head: i64, now: Instant) {
        let Some((before, at)) = self.seen.replace((head, now)) else { return };
        let by = (head - before) as f64 / (now - at).as_secs_f64().max(0.001);
        if by > MOVES_BY {
            self.log = Seen::Moved(now);
        } else if !self.is_gentle(now) || matches!(self.log, Seen::TooLittle) {
            self.log = Seen::StandsStill;
        }
    }

    pub fn is_gentle(&self, now: Instant) -> bool {
        match self.log {
            Seen::TooLittle => true,
            Seen::StandsStill => false,
            Seen::Moved(at) => now - at < MOVES_FOR,
        }
    }

    /// How many events to take next.
    pub fn events(&self, now: Instant) -> usize {
        if self.is_gentle(now) { GENTLE } else { FAST }
    }

    /// How long to rest after so many events that took so long.
    pub fn rest(&mut self, events: usize, took: Duration, now: Instant) -> Duration {
        if !self.is_gentle(now) || events == 0 {
            return Duration::ZERO;
        }
        let each = took.as_secs_f64() / events as f64;
        self.best = self.best.min(each);
        let longer = (each / self.best).clamp(1.0, LONGER_MAX);
        took.mul_f64(RESTS * longer).min(REST_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE_TOOK: Duration = Duration::from_millis(10);

    /// Looked at four times a second, for so long, while the log grows by so much a second.
    fn looked(throttle: &mut Throttle, from: Instant, seconds: u32, grows_by: i64) -> Instant {
        let mut now = from;
        for look in 0..=(seconds * 4) {
            now = from + LOOK_EVERY * look;
            assert!(throttle.wants_to_look(now));
            throttle.saw(i64::from(look) * grows_by / 4, now);
        }
        now
    }

    #[test]
    fn a_log_that_stands_still_is_read_without_a_rest() {
        let begun = Instant::now();
        let mut throttle = Throttle::begin();
        assert_eq!(throttle.events(begun), GENTLE, "at first nobody knows");
        let now = looked(&mut throttle, begun, 3, 4);
        assert_eq!(throttle.events(now), FAST);
        assert_eq!(throttle.rest(FAST, PAGE_TOOK, now), Duration::ZERO);
    }

    #[test]
    fn beside_one_that_moves_most_of_the_time_is_rest() {
        let begun = Instant::now();
        let mut throttle = Throttle::begin();
        let now = looked(&mut throttle, begun, 3, 500);
        assert_eq!(throttle.events(now), GENTLE);
        assert_eq!(throttle.rest(GENTLE, PAGE_TOOK, now), PAGE_TOOK * 4);
    }

    #[test]
    fn pages_that_take_longer_are_followed_by_longer_rests_up_to_a_bound() {
        let begun = Instant::now();
        let mut throttle = Throttle::begin();
        let now = looked(&mut throttle, begun, 3, 500);
        throttle.rest(GENTLE, PAGE_TOOK, now);
        assert_eq!(throttle.rest(GENTLE, PAGE_TOOK * 2, now), PAGE_TOOK * 2 * 8);
        assert_eq!(throttle.rest(GENTLE, PAGE_TOOK * 10, now), REST_MAX);
    }

    #[test]
    fn it_stays_gentle_for_a_while_after_the_log_has_moved() {
        let begun = Instant::now();
        let mut throttle = Throttle::begin();
        let now = looked(&mut throttle, begun, 3, 500);
        let soon = now + LOOK_EVERY;
        throttle.saw(1_500, soon);
        assert!(throttle.is_gentle(soon));
        let later = now + MOVES_FOR + LOOK_EVERY;
        throttle.saw(1_500, later);
        assert!(!throttle.is_gentle(later));
    }
}

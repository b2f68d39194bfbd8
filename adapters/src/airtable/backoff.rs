//! How long to leave Airtable alone after a fault: anything up to a bound that doubles, so that many who failed at once do not
//! come back at once.

use std::time::Duration;

/// How often one request is sent, at most.
const ATTEMPTS_MAX: u32 = 5;
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(20);

pub struct Backoff {
    attempts_max: u32,
    first: Duration,
    longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { attempts_max: ATTEMPTS_MAX, first: FIRST, longest: LONGEST }
    }
}

impl Backoff {
    /// The pause after so many attempts, or nothing when there were enough. What Airtable itself asks for is waited at least.
    pub fn pause(&self, attempts: u32, asked_for: Option<Duration>, chance: f64) -> Option<Duration> {
        if attempts >= self.attempts_max {
            return None;
        }
        let bound = self.first.saturating_mul(1 << attempts.saturating_sub(1).min(16)).min(self.longest);
        Some(bound.mul_f64(chance.clamp(0.0, 1.0)).max(asked_for.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pause_is_anything_up_to_a_bound_that_doubles() {
        let bounds = [500, 1_000, 2_000, 4_000].map(Duration::from_millis);
        for (attempts, bound) in (1..).zip(bounds) {
            let pause = |chance| Backoff::default().pause(attempts, None, chance).unwrap();
            assert_eq!((pause(0.0), pause(1.0)), (Duration::ZERO, bound));
            assert_eq!(pause(0.5), bound / 2);
        }
    }

    #[test]
    fn after_enough_attempts_there_is_no_pause() {
        assert_eq!(Backoff::default().pause(ATTEMPTS_MAX, None, 0.5), None);
    }

    #[test]
    fn what_airtable_asks_for_is_waited() {
        let asked_for = Duration::from_secs(7);
        assert_eq!(Backoff::default().pause(1, Some(asked_for), 0.9), Some(asked_for));
    }

    proptest! {
        #[test]
        fn no_pause_is_longer_than_the_longest(attempts in 1_u32.., chance in 0.0..1.0_f64, more in 0..64_u32) {
            let backoff = Backoff { attempts_max: u32::MAX, ..Backoff::default() };
            let pause = backoff.pause(attempts.saturating_sub(more), None, chance);
            prop_assert!(pause.is_none_or(|pause| pause <= LONGEST));
        }
    }
}

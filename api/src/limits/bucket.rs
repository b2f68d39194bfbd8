//! How much is allowed, as the generic cell rate algorithm counts it: all that is kept of a caller is the time at which
//! their bucket is full again. Whoever takes something moves that time on by what one unit costs.

use std::time::Duration;

/// How fast a bucket fills and how much it holds. Times are microseconds: Postgres counts in the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    every: u64,
    burst: u64,
}

/// How a bucket stands after somebody asked for a unit of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub allowed: bool,
    /// Units that may be taken at once.
    pub left: u64,
    /// Until the bucket is full.
    pub full_in: Duration,
    /// Until a unit can be taken; nothing while there is one.
    pub retry_in: Duration,
}

impl Pace {
    /// So many units in a time, and so many of them at once.
    pub fn new(count: u64, time: Duration, burst: u64) -> Self {
        let every = micros(time) / count.max(1);
        Self { every: every.max(1), burst: burst.max(1) }
    }

    pub fn burst(self) -> u64 {
        self.burst
    }

    /// What one unit costs.
    pub fn every_micros(self) -> u64 {
        self.every
    }

    /// Until an empty bucket is full.
    pub fn whole_micros(self) -> u64 {
        self.every.saturating_mul(self.burst)
    }

    /// When a bucket is full after a unit was taken at `now`; nothing when there is none to take.
    pub fn taken(self, full_at: u64, now: u64) -> Option<u64> {
        let next = full_at.max(now).saturating_add(self.every);
        (next - now <= self.whole_micros()).then_some(next)
    }

    /// How a bucket stands that is full after `ahead`.
    pub fn standing(self, allowed: bool, ahead: u64) -> Standing {
        let ahead = ahead.min(self.whole_micros());
        let room = self.whole_micros() - ahead;
        Standing {
            allowed,
            left: room / self.every,
            full_in: Duration::from_micros(ahead),
            retry_in: Duration::from_micros(self.every.saturating_sub(room)),
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: u64 = 1_000_000;

    fn take(pace: Pace, full_at: &mut u64, now: u64) -> Standing {
        let taken = pace.taken(*full_at, now);
        *full_at = taken.unwrap_or(*full_at);
        pace.standing(taken.is_some(), full_at.saturating_sub(now))
    }

    #[test]
    fn a_burst_goes_through_at_once_and_then_one_by_one() {
        let pace = Pace::new(5, Duration::from_secs(60), 10);
        let (mut full_at, now) = (0, 100 * SECOND);
        for left in (0..10).rev() {
            let standing = take(pace, &mut full_at, now);
            assert_eq!((standing.allowed, standing.left), (true, left));
        }
        let refused = take(pace, &mut full_at, now);
        assert_eq!((refused.allowed, refused.retry_in), (false, Duration::from_secs(12)));
        assert_eq!(refused.full_in, Duration::from_secs(120));
        assert!(!take(pace, &mut full_at, now + 12 * SECOND - 1).allowed);
        assert!(take(pace, &mut full_at, now + 12 * SECOND).allowed);
    }

    proptest! {
        #[test]
        fn in_no_time_is_more_taken_than_its_burst_and_what_came_back(
            count in 1..500_u64, burst in 1..50_u64, waits in prop::collection::vec(0..SECOND, 1..200),
        ) {
            let pace = Pace::new(count, Duration::from_secs(10), burst);
            let (mut full_at, mut now, mut taken) = (0, SECOND, Vec::new());
            for wait in waits {
                now += wait;
                if take(pace, &mut full_at, now).allowed {
                    taken.push(now);
                }
            }
            for (first, begun) in taken.iter().enumerate() {
                for (last, ended) in taken.iter().enumerate().skip(first) {
                    let most = burst + (ended - begun) / pace.every_micros();
                    prop_assert!((last - first + 1) as u64 <= most);
                }
            }
        }

        #[test]
        fn what_is_said_is_what_happens(
            count in 1..500_u64, burst in 1..50_u64, waits in prop::collection::vec(0..SECOND, 1..100),
        ) {
            let pace = Pace::new(count, Duration::from_secs(10), burst);
            let (mut full_at, mut now) = (0, SECOND);
            for wait in waits {
                now += wait;
                let standing = take(pace, &mut full_at, now);
                let wait = u64::try_from(standing.retry_in.as_micros()).unwrap();
                prop_assert_eq!(wait == 0, standing.left > 0);
                prop_assert!(pace.taken(full_at, now + wait).is_some());
                prop_assert!(wait == 0 || pace.taken(full_at, now + wait - 1).is_none());
                let mut rest = full_at;
                let more = (0..=burst).take_while(|_| take(pace, &mut rest, now).allowed).count();
                prop_assert_eq!(more as u64, standing.left);
            }
        }
    }
}

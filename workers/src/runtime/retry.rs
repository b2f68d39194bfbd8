//! How often, and after what pauses, something that failed is tried again.

use std::time::Duration;

use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Tries in all.
    pub tries: i32,
    pub first_pause: Duration,
    pub longest_pause: Duration,
}

impl Retry {
    /// Ten tries within about half an hour.
    pub const MINUTES: Self =
        Self { tries: 10, first_pause: Duration::from_secs(1), longest_pause: Duration::from_secs(600) };
    /// For receivers that may be away for long: tries over a day.
    pub const A_DAY: Self = Self {
        tries: 24,
        first_pause: Duration::from_secs(5),
        longest_pause: Duration::from_secs(4 * 60 * 60),
    };

    /// The pause after so many failures, drawn at random up to a bound that doubles; nothing when there were enough.
    /// Never shorter than what the receiver asked for, within the bound of the longest.
    pub fn pause_after(&self, failures: i32, asked_for: Option<Duration>) -> Option<Duration> {
        if failures >= self.tries {
            return None;
        }
        let drawn = self.bound_after(failures).mul_f64(fraction());
        Some(asked_for.map_or(drawn, |asked_for| asked_for.min(self.longest_pause).max(drawn)))
    }

    fn bound_after(&self, failures: i32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.max(1) as u32 - 1);
        self.first_pause.saturating_mul(doubled).min(self.longest_pause)
    }
}

fn fraction() -> f64 {
    let (_, drawn) = Uuid::new_v4().as_u64_pair();
    f64::from(drawn as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_double_to_a_bound_and_end() {
        let retry = Retry { tries: 6, first_pause: SECOND, longest_pause: 8 * SECOND };
        let bounds: Vec<u64> = (1..6).map(|failures| retry.bound_after(failures).as_secs()).collect();
        assert_eq!(bounds, [1, 2, 4, 8, 8]);
        for failures in 1..6 {
            assert!(retry.pause_after(failures, None).unwrap() <= retry.bound_after(failures));
        }
        assert_eq!(retry.pause_after(6, Some(SECOND)), None);
    }

    #[test]
    fn a_receiver_may_ask_for_longer_and_not_for_ever() {
        let retry = Retry { tries: 3, first_pause: SECOND, longest_pause: 8 * SECOND };
        assert!(retry.pause_after(1, Some(5 * SECOND)).unwrap() >= 5 * SECOND);
        assert_eq!(retry.pause_after(1, Some(500 * SECOND)), Some(8 * SECOND));
    }

    #[test]
    fn the_long_schedule_lasts_a_day() {
        let retry = Retry::A_DAY;
        let most: Duration = (1..retry.tries).map(|failures| retry.bound_after(failures)).sum();
        assert!(most / 2 >= Duration::from_secs(24 * 60 * 60), "{most:?} at most, half of it on average");
    }
}

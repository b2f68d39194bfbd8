//! When a delivery that failed is tried again: soon at first, then less and less often, for about a day.

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// Seconds from each attempt to the next; together a good day.
const PAUSES: [u64; 10] =
    [5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 8 * HOUR];
/// The part of a pause by which it is drawn longer, so that what failed together does not come back together.
const SPREAD: f64 = 0.2;
/// A receiver may ask for a longer pause, but not for one that outlasts everything.
const ASKED_MAX: Duration = Duration::from_secs(8 * HOUR);

/// Attempts to deliver one event.
pub const ATTEMPTS_MAX: u32 = PAUSES.len() as u32 + 1;

/// The pause after an attempt, the first being 1; nothing when that was the last. `drawn` lies between 0 and 1. What
/// the receiver asked for is granted where it is longer.
pub fn pause_after(attempt: u32, drawn: f64, asked: Option<Duration>) -> Option<Duration> {
    let index = usize::try_from(attempt.checked_sub(1)?).ok()?;
    let pause = Duration::from_secs(*PAUSES.get(index)?);
    // No number at all counts as none.
    let drawn = if drawn.is_nan() { 0.0 } else { drawn.clamp(0.0, 1.0) };
    let spread = pause.mul_f64(1.0 + SPREAD * drawn);
    Some(asked.map_or(spread, |asked| spread.max(asked.min(ASKED_MAX))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_tried_for_a_day_and_less_and_less_often() {
        let pauses: Vec<Duration> = (1..).map_while(|attempt| pause_after(attempt, 0.0, None)).collect();
        assert_eq!(pauses.len() as u32, ATTEMPTS_MAX - 1);
        assert!(pauses.is_sorted());
        let together: Duration = pauses.iter().sum();
        let hours = together.as_secs_f64() / HOUR as f64;
        assert!((23.0..26.0).contains(&hours), "{hours} hours");
        assert_eq!(pause_after(ATTEMPTS_MAX, 0.0, None), None);
        assert_eq!(pause_after(0, 0.0, None), None);
    }

    #[test]
    fn pauses_are_spread_and_never_shortened() {
        let (least, most) = (pause_after(5, 0.0, None).unwrap(), pause_after(5, 1.0, None).unwrap());
        assert_eq!(least, Duration::from_secs(30 * MINUTE));
        assert_eq!(most, Duration::from_secs(36 * MINUTE));
        for odd in [f64::NAN, -1.0, 7.0] {
            let drawn = pause_after(5, odd, None).unwrap();
            assert!((least..=most).contains(&drawn), "{odd}: {drawn:?}");
        }
    }

    #[test]
    fn a_receiver_is_granted_a_longer_pause_within_bounds() {
        let asked = |seconds| pause_after(1, 0.0, Some(Duration::from_secs(seconds))).unwrap();
        assert_eq!(asked(600), Duration::from_secs(600));
        assert_eq!(asked(1), Duration::from_secs(5));
        assert_eq!(asked(1_000_000), ASKED_MAX);
    }
}

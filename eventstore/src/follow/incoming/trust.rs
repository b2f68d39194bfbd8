//! Whether waiting for the broker is worth its time. After a wait in vain Postgres is asked at once for a while, twice as
//! long each time, so that a slow broker costs almost nothing.

use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(super) struct Trust {
    /// Waits in vain, one after the other.
    in_vain: u32,
    not_before: Option<Instant>,
}

impl Trust {
    pub fn is_worth_a_wait(&self) -> bool {
        self.not_before.is_none_or(|not_before| Instant::now() >= not_before)
    }

    pub fn note(&mut self, has_come: bool) {
        if has_come {
            *self = Self::default();
            return;
        }
        let doubled = 2_u32.saturating_pow(self.in_vain);
        self.in_vain = self.in_vain.saturating_add(1);
        self.not_before = Some(Instant::now() + FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_in_vain_is_not_repeated_at_once_and_one_success_forgives_all() {
        let mut trust = Trust::default();
        assert!(trust.is_worth_a_wait());
        for _ in 0..40 {
            trust.note(false);
            assert!(!trust.is_worth_a_wait());
        }
        assert!(trust.not_before.unwrap() <= Instant::now() + LONGEST_PAUSE);
        trust.note(true);
        assert!(trust.is_worth_a_wait());
    }
}

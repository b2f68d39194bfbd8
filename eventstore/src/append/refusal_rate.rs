//! How often batches are refused: while that is often, asking who may not pass before sending is cheaper.

use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(1);
/// Part of the batches of a window that must have been refused.
const OFTEN: u32 = 4;
/// Batches before which a window says nothing.
const BATCHES_MIN: u32 = 8;

pub struct RefusalRate {
    since: Instant,
    batches: u32,
    refused: u32,
    often: bool,
}

impl RefusalRate {
    pub fn new(now: Instant) -> Self {
        Self { since: now, batches: 0, refused: 0, often: false }
    }

    pub fn count(&mut self, refused: bool, now: Instant) {
        self.batches += 1;
        self.refused += u32::from(refused);
        if now.duration_since(self.since) >= WINDOW {
            let often = self.batches >= BATCHES_MIN && self.refused * OFTEN >= self.batches;
            *self = Self { often, ..Self::new(now) };
        }
    }

    pub fn is_high(&self) -> bool {
        self.often
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_second_decides() {
        let start = Instant::now();
        let mut rate = RefusalRate::new(start);
        for _ in 0..10 {
            rate.count(true, start);
        }
        assert!(!rate.is_high());
        rate.count(true, start + WINDOW);
        assert!(rate.is_high());
        for _ in 0..10 {
            rate.count(false, start + WINDOW);
        }
        rate.count(false, start + 2 * WINDOW);
        assert!(!rate.is_high());
    }
}

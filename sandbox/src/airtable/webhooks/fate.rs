//! What becomes of a ping on its way, in a world that is made worse on purpose: lost, doubled, late. The lot is drawn
//! elsewhere, so that a seed brings the same fate again.

use std::time::Duration;

/// How likely each fault is, from 0 to 1, and how late a ping may come.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Faults {
    pub lost: f64,
    pub doubled: f64,
    pub delayed: f64,
    pub delay_max: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fate {
    /// None when it is lost.
    pub copies: u8,
    pub delay: Duration,
}

impl Fate {
    /// Of 128 drawn bits, 32 for each question.
    pub fn drawn(faults: &Faults, lot: u128) -> Self {
        let delay = match fraction(lot, 2) < faults.delayed {
            true => faults.delay_max.mul_f64(fraction(lot, 3)),
            false => Duration::ZERO,
        };
        let copies = match (fraction(lot, 0) < faults.lost, fraction(lot, 1) < faults.doubled) {
            (true, _) => 0,
            (false, true) => 2,
            (false, false) => 1,
        };
        Self { copies, delay }
    }
}

/// One of four parts of a lot, as a number from 0 to just below 1.
fn fraction(lot: u128, part: u32) -> f64 {
    let bits = (lot >> (32 * part)) as u32;
    f64::from(bits) / (f64::from(u32::MAX) + 1.0)
}

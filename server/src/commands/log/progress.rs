//! How far a walk over the log has come, told every few seconds.

use std::time::{Duration, Instant};

use eventstore::chain::Progress;

const TELL_EVERY: Duration = Duration::from_secs(3);

pub struct Teller {
    /// What is done to them.
    done: &'static str,
    /// What is counted.
    things: &'static str,
    begun: Instant,
    told: Instant,
}

impl Teller {
    pub fn begin(things: &'static str) -> Self {
        Self::begin_to("verified", things)
    }

    /// Of things that something else is done to.
    pub fn begin_to(done: &'static str, things: &'static str) -> Self {
        let now = Instant::now();
        Self { done, things, begun: now, told: now }
    }

    pub fn tell(&mut self, progress: Progress) {
        if self.told.elapsed() >= TELL_EVERY {
            self.told = Instant::now();
            eprintln!("{}", line(progress, self.begun.elapsed(), self.done, self.things));
        }
    }
}

fn line(progress: Progress, elapsed: Duration, what: &str, things: &str) -> String {
    let Progress { done, total } = progress;
    let rate = done as f64 / elapsed.as_secs_f64().max(0.001);
    let left = (total - done) as f64 / rate.max(0.001);
    format!("{what} {done} of {total} {things}, {rate:.0} a second, about {left:.0} s to go")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_fast_it_goes_and_how_long_it_takes() {
        let progress = Progress { done: 20_000, total: 50_000 };
        assert_eq!(
            line(progress, Duration::from_secs(4), "verified", "events"),
            "verified 20000 of 50000 events, 5000 a second, about 6 s to go"
        );
    }
}

//! How far a walk over the log has come, told every few seconds.

use std::time::{Duration, Instant};

use eventstore::chain::Progress;

const TELL_EVERY: Duration = Duration::from_secs(3);

pub struct Teller {
    /// What is done to what is counted.
    done: &'static str,
    /// What is counted.
    things: &'static str,
    begun: Instant,
    told: Instant,
    /// Where it was when it first told: what was done before was not done here.
    first: Option<i64>,
}

impl Teller {
    pub fn begin(things: &'static str) -> Self {
        Self::of("verified", things)
    }

    pub fn of(done: &'static str, things: &'static str) -> Self {
        let now = Instant::now();
        Self { done, things, begun: now, told: now, first: None }
    }

    pub fn tell(&mut self, Progress { done, total }: Progress) {
        // The log grows while it is walked.
        let progress = Progress { done, total: total.max(done) };
        let first = *self.first.get_or_insert(progress.done);
        if self.told.elapsed() >= TELL_EVERY {
            self.told = Instant::now();
            let line = line(progress, progress.done - first, self.begun.elapsed(), self.things);
            eprintln!("{} {line}", self.done);
        }
    }
}

fn line(progress: Progress, done_here: i64, elapsed: Duration, things: &str) -> String {
    let Progress { done, total } = progress;
    let rate = done_here as f64 / elapsed.as_secs_f64().max(0.001);
    let left = (total - done) as f64 / rate.max(0.001);
    format!("{done} of {total} {things}, {rate:.0} a second, about {left:.0} s to go")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_fast_it_goes_and_how_long_it_takes() {
        let progress = Progress { done: 20_000, total: 50_000 };
        assert_eq!(
            line(progress, 20_000, Duration::from_secs(4), "events"),
            "20000 of 50000 events, 5000 a second, about 6 s to go"
        );
    }
}

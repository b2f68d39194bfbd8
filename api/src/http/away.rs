//! While the database is away, requests are turned away before they ask for it: one at a time finds out whether it is back,
//! after pauses that grow and are drawn. Otherwise every request would open a connection, and a database that comes up
//! would be met by all of them at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::response::Response;
use eventstore::backoff::Backoff;

use super::Problem;

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// Who finds out may take this long before another tries.
const TRIED_FOR: Duration = Duration::from_secs(5);

/// What the answers of late say about the database.
pub struct Away {
    is_away: AtomicBool,
    next_try: Mutex<NextTry>,
}

struct NextTry {
    at: Instant,
    pauses: Backoff,
}

/// Nothing is known to be away.
impl Default for Away {
    fn default() -> Self {
        let next_try = NextTry { at: Instant::now(), pauses: Backoff::new(FIRST_PAUSE, LONGEST_PAUSE) };
        Self { is_away: AtomicBool::new(false), next_try: Mutex::new(next_try) }
    }
}

impl Away {
    /// Lets everybody through while nothing is away, and otherwise whoever finds out.
    pub fn admit(&self) -> Result<(), Problem> {
        if !self.is_away.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (mut next, now) = (self.next_try(), Instant::now());
        if now < next.at {
            return Err(Problem::unavailable());
        }
        next.at = now + TRIED_FOR;
        Ok(())
    }

    /// Learns of an answer. One that came without the database ends the pauses, and not how long the next would be.
    pub fn hear(&self, answer: &Response) {
        let was_away = self.is_away.load(Ordering::Relaxed);
        if answer.extensions().get::<Problem>().is_some_and(Problem::is_out_of_reach) {
            let mut next = self.next_try();
            next.at = Instant::now() + next.pauses.draw();
            self.is_away.store(true, Ordering::Relaxed);
        } else if was_away {
            if answer.status().is_success() {
                self.next_try().pauses.reset();
            }
            self.is_away.store(false, Ordering::Relaxed);
        }
    }

    fn next_try(&self) -> std::sync::MutexGuard<'_, NextTry> {
        self.next_try.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::response::IntoResponse;

    use super::*;

    fn let_the_pause_end(away: &Away) {
        away.next_try().at = Instant::now();
    }

    #[test]
    fn one_at_a_time_finds_out_until_the_database_is_back() {
        let away = Away::default();
        assert!(away.admit().is_ok() && away.admit().is_ok());
        away.hear(&Problem::unavailable().out_of_reach().into_response());
        let_the_pause_end(&away);
        assert!(away.admit().is_ok(), "who finds out");
        assert!(away.admit().is_err(), "everybody else");
        away.hear(&StatusCode::OK.into_response());
        assert!(away.admit().is_ok() && away.admit().is_ok());
    }

    #[test]
    fn what_is_refused_for_another_reason_keeps_nobody_out() {
        let away = Away::default();
        away.hear(&Problem::unavailable_because("overloaded", "Later.").into_response());
        away.hear(&Problem::internal().into_response());
        away.hear(&Problem::unavailable().into_response());
        assert!(away.admit().is_ok());
    }

    /// Answers that need no database do not make the pauses begin anew.
    #[test]
    fn refusals_in_between_do_not_shorten_the_pauses() {
        let away = Away::default();
        for _ in 0..5 {
            away.hear(&Problem::unavailable().out_of_reach().into_response());
            away.hear(&Problem::unauthenticated().into_response());
        }
        assert_eq!(away.next_try().pauses.most(), LONGEST_PAUSE);
    }
}

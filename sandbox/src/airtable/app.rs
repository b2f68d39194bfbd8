//! What every request has at hand.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::bases::errors::ApiError;
use domain::bases::ids::{Mint, WorkspaceId};
use hyper::HeaderMap;
use hyper::header::{HeaderValue, RETRY_AFTER};
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedReceiver;

use super::clock::Clock;
use super::files::Files;
use super::journal::Journal;
use super::knobs::{After, Failure, Knobs};
use super::limits::{Quotas, Rates};
use super::oauth::Grants;
use super::routes::Route;
use super::sync::Syncs;
use super::world::{Around, Caller, Draws, Rung, World, read};

pub struct App {
    pub world: World,
    pub journal: Journal,
    pub clock: Clock,
    pub draws: Draws,
    pub files: Files,
    pub syncs: Syncs,
    pub grants: Grants,
    knobs: Mutex<Knobs>,
    rates: Rates,
    quotas: Quotas,
    /// Until somebody sends pings.
    rung: Mutex<Option<UnboundedReceiver<Rung>>>,
}

impl App {
    pub fn new(knobs: Knobs, seed: Option<u64>) -> Self {
        let (around, rung) = Around::new();
        around.set_payload_records_max(knobs.payloads.records_max);
        let draws = Draws::new(seed);
        Self {
            world: World::new(around),
            journal: Journal::default(),
            clock: Clock::default(),
            files: Files::new(&draws.bytes()),
            draws,
            syncs: Syncs::default(),
            grants: Grants::default(),
            knobs: Mutex::new(knobs),
            rates: Rates::default(),
            quotas: Quotas::default(),
            rung: Mutex::new(Some(rung)),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn mint(&self) -> Mint {
        self.draws.mint()
    }

    /// The hooks that have news, for the one who sends pings.
    pub fn rung(&self) -> Option<UnboundedReceiver<Rung>> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub fn knobs(&self) -> MutexGuard<'_, Knobs> {
        self.knobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Limits begin anew with new knobs.
    pub fn turn(&self, knobs: Knobs) {
        self.world.around.set_payload_records_max(knobs.payloads.records_max);
        *self.knobs() = knobs;
        self.rates.clear();
        self.quotas.clear();
    }

    /// Waits as long as every request has to.
    pub async fn pause(&self) {
        let (latency, jitter) = {
            let knobs = self.knobs();
            (knobs.latency_ms, knobs.jitter_ms)
        };
        let more = if jitter > 0 { (self.draws.share() * jitter as f64) as u64 } else { 0 };
        let wait = latency.saturating_add(more);
        if wait > 0 {
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    }

    /// Whether limits let a request pass.
    pub fn admit(&self, route: Option<&Route>, caller: &Caller, came: Instant) -> Result<(), ApiError> {
        // Nobody waits for a base while holding the knobs.
        let (rate, calls) = {
            let knobs = self.knobs();
            (knobs.rate.clone(), knobs.quota.calls)
        };
        let base = route.and_then(Route::base);
        let user = caller.person.id;
        if !self.rates.admit(&rate, base, user.as_str(), came) {
            return Err(ApiError::RateLimitReached);
        }
        let counts = route.is_some_and(|route| !route.is_meta());
        let workspace = base.filter(|_| counts).and_then(|base| self.workspace_of(base));
        let passes = workspace.is_none_or(|workspace| self.quotas.admit(calls, workspace, self.now()));
        if passes { Ok(()) } else { Err(ApiError::BillingLimitExceeded) }
    }

    fn workspace_of(&self, base: &str) -> Option<WorkspaceId> {
        self.world.base(base).ok().map(|held| read(&held).workspace)
    }

    pub fn say_when_to_retry(&self, headers: &mut HeaderMap) {
        let rate = self.knobs().rate.clone();
        if rate.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(rate.penalty_seconds.max(1)));
        }
    }

    /// Whether the server is to fail now.
    pub fn failure(&self, route: &str) -> Option<Failure> {
        let knobs = self.knobs();
        let mut failures = knobs.failures.iter().filter(|failure| is_of(&failure.route, route));
        failures.find(|failure| self.draws.hits(failure.chance)).cloned()
    }

    /// Whether the answer is to be lost.
    pub fn after(&self, route: &str) -> Option<After> {
        let knobs = self.knobs();
        let mut losses = knobs.after_commit.iter().filter(|loss| is_of(&loss.route, route));
        losses.find(|loss| self.draws.hits(loss.chance)).map(|loss| loss.what)
    }
}

fn is_of(pattern: &str, route: &str) -> bool {
    let folder = pattern.strip_suffix(".*");
    pattern == "*"
        || pattern == route
        || folder.is_some_and(|folder| route.split_once('.').is_some_and(|(first, _)| first == folder))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_wait_may_be_as_long_as_a_number_can_say() {
        let knobs =
            Knobs::default().turned(&json!({ "latency_ms": u64::MAX, "jitter_ms": u64::MAX })).unwrap();
        let app = App::new(knobs, Some(1));
        let waited = tokio::time::timeout(Duration::from_millis(1), app.pause()).await;
        assert!(waited.is_err(), "it waits, and does not fail");
    }
}

//! What this process has in hand: renewed for as long as it is here, and let go when it turns out to be lost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eventstore::work::{Claim, RENEW_EVERY, Work};
use tokio::task::AbortHandle;
use tokio::time::{MissedTickBehavior, interval};

struct Held {
    claim: Claim,
    /// The task that is at it, once there is one.
    task: Option<AbortHandle>,
    /// Its end is being written. Whether that counts, the writing itself finds out.
    is_ending: bool,
}

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Hand(Arc<Mutex<HashMap<String, Held>>>);

impl Hand {
    fn held(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn take(&self, claim: &Claim) {
        let held = Held { claim: claim.clone(), task: None, is_ending: false };
        self.held().insert(claim.name.clone(), held);
    }

    pub fn is_at(&self, claim: &Claim, task: AbortHandle) {
        if let Some(held) = self.held().get_mut(&claim.name) {
            held.task = Some(task);
        }
    }

    pub fn ends(&self, claim: &Claim) {
        if let Some(held) = self.held().get_mut(&claim.name) {
            held.is_ending = true;
        }
    }

    pub fn let_go(&self, claim: &Claim) {
        let mut held = self.held();
        if held.get(&claim.name).is_some_and(|each| each.claim == *claim) {
            held.remove(&claim.name);
        }
    }

    pub fn claims(&self) -> Vec<Claim> {
        self.held().values().map(|held| held.claim.clone()).collect()
    }

    /// Renews for good. What somebody else has by now is stopped here: its outcome could not count.
    pub async fn keep(self, work: Work) {
        let mut ticks = interval(RENEW_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let claims = self.claims();
            if claims.is_empty() {
                continue;
            }
            match work.renew(&claims).await {
                Ok(kept) => self.stop_lost(&claims, &kept),
                Err(error) => tracing::warn!(%error, "claims could not be renewed; trying again"),
            }
        }
    }

    fn stop_lost(&self, asked: &[Claim], kept: &[String]) {
        let mut held = self.held();
        for claim in asked.iter().filter(|claim| !kept.contains(&claim.name)) {
            // Settled meanwhile, or about to be, or claimed anew, it is no longer what was asked about.
            if held.get(&claim.name).is_none_or(|each| each.claim != *claim || each.is_ending) {
                continue;
            }
            if let Some(Held { task: Some(task), .. }) = held.remove(&claim.name) {
                tracing::warn!(work = claim.name, attempt = claim.attempt, "the work is in other hands now");
                task.abort();
            }
        }
    }
}

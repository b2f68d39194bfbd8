//! Timers, lost claims and strays of one worker: every process sees to them, and whoever comes first does it.

use std::sync::Arc;
use std::time::Duration;

use eventstore::backoff::Backoff;
use eventstore::work::LEASE;
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::attempt::Tools;

/// How exactly timers go off.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Between two looks while the database does not answer.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Of so many looks, one is for what is rare: lost claims and strays.
const RARELY: u64 = 2;
/// And one for work that is past keeping.
const HOURLY: u64 = 14_400;

pub async fn see_to(tools: Arc<Tools>, wake: Arc<Notify>) {
    let worker = tools.worker.settings().name;
    // After a time without the database every lease has run out, and those who live have yet to renew theirs.
    let mut trusts_leases_at = Instant::now();
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut backoff = Backoff::new(LOOK_EVERY, LONGEST_PAUSE);
    for look in 0_u64.. {
        looks.tick().await;
        let trusts_leases = trusts_leases_at <= Instant::now();
        match rouse(&tools, look, trusts_leases).await {
            Ok(roused) => {
                backoff.reset();
                if roused > 0 {
                    wake.notify_one();
                }
            }
            Err(error) => {
                tracing::debug!(%error, worker, "work cannot be seen to");
                trusts_leases_at = Instant::now() + LEASE;
                backoff.pause().await;
            }
        }
    }
}

/// Says how much may be claimed now that could not before.
async fn rouse(tools: &Tools, look: u64, trusts_leases: bool) -> sqlx::Result<u64> {
    let settings = tools.worker.settings();
    let mut roused = tools.work.wake(settings.name).await?;
    if look.is_multiple_of(RARELY) {
        roused += tools.work.let_strays_go(settings.name).await?;
        if trusts_leases {
            roused += take_back_lost(tools).await?;
        }
    }
    if look.is_multiple_of(HOURLY) {
        while tools.work.drop_settled().await? > 0 {}
        while tools.work.drop_operations().await? > 0 {}
    }
    Ok(roused)
}

async fn take_back_lost(tools: &Tools) -> sqlx::Result<u64> {
    let settings = tools.worker.settings();
    let lost = tools.work.take_back_lost(settings.name, settings.effect.when_lost()).await?;
    if lost > 0 {
        tracing::warn!(worker = settings.name, lost, "took work back from whoever was lost");
        tools.metrics.lost(settings.name, lost);
    }
    Ok(lost)
}

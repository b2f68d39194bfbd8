//! Looks at the work of every worker every few seconds, whichever process does it.

use std::time::Duration;

use eventstore::alarms::Alarm;
use eventstore::work::Work;
use tokio::time::{MissedTickBehavior, interval};

use super::metrics::Metrics;

const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Work that could be claimed for this long and was not has nobody to do it.
const STALLED_AFTER_S: f64 = 60.0;

pub async fn look(work: Work, workers: Vec<&'static str>, metrics: Metrics) {
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stalled = vec![false; workers.len()];
    loop {
        looks.tick().await;
        for (worker, has_stalled) in workers.iter().copied().zip(&mut stalled) {
            let sight = match work.sight(worker).await {
                Ok(sight) => sight,
                Err(error) => {
                    tracing::debug!(%error, worker, "work cannot be counted");
                    continue;
                }
            };
            metrics.seen(worker, &sight);
            let is_stalled = sight.oldest_open_s > STALLED_AFTER_S;
            metrics.set_alarm(Alarm::WorkStalled, worker, is_stalled);
            if is_stalled && !*has_stalled {
                let alarm = Alarm::WorkStalled.name();
                tracing::error!(alarm, worker, oldest_s = sight.oldest_open_s, "open work is not done");
            }
            *has_stalled = is_stalled;
        }
    }
}

//! Looks at the relay once a second: how far behind it is, and whether it moves.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::metrics::Metrics;
use crate::alarms::Alarm;
use crate::append::Head;

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A relay that is behind and does not move for this long has stalled.
const STALLED_AFTER: Duration = Duration::from_secs(10);

pub struct Lookout {
    pub head: watch::Receiver<Head>,
    pub reached: watch::Receiver<i64>,
    pub metrics: Metrics,
}

impl Lookout {
    pub async fn look(self) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        let (mut before, mut well_at, mut has_stalled) = (-1, Instant::now(), false);
        loop {
            looks.tick().await;
            let (position, head) = (*self.reached.borrow(), self.head.borrow().position);
            self.metrics.seen(position, (head - position).max(0));
            if position != before || position >= head {
                (before, well_at) = (position, Instant::now());
                if has_stalled {
                    tracing::info!(position, "the relay goes on");
                }
                has_stalled = false;
            } else if !has_stalled && well_at.elapsed() >= STALLED_AFTER {
                has_stalled = true;
                let alarm = Alarm::RelayStalled.name();
                tracing::error!(alarm, position, head, "the log goes on and the relay does not");
            }
            self.metrics.set_alarm(Alarm::RelayStalled, has_stalled);
        }
    }
}

//! Looks at every projection once a second, whichever process writes it: how far behind it is, and whether it moves.

use std::collections::HashMap;
use std::time::Duration;

use eventstore::alarms::Alarm;
use sqlx::PgPool;
use tokio::time::{Instant, timeout};

use super::metrics::Metrics;
use super::progress::Progress;
use super::projection::Projection;

const LOOK_EVERY: Duration = Duration::from_secs(1);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// A projection that is behind and does not move for this long has stalled.
pub const STALLED_AFTER: Duration = Duration::from_secs(10);

pub struct Lookout {
    progress: Progress,
    projections: &'static [&'static dyn Projection],
    metrics: Metrics,
    watches: HashMap<&'static str, Watch>,
}

/// What was seen of a projection so far.
struct Watch {
    position: i64,
    /// When it last moved, or was not behind.
    well_at: Instant,
    has_stalled: bool,
}

/// A projection at one moment.
struct Sight {
    position: i64,
    parked_keys: i32,
    /// Age of the oldest batch that it has not taken in; nothing at the head.
    behind_s: Option<f64>,
}

impl Lookout {
    pub fn new(
        progress: Progress,
        projections: &'static [&'static dyn Projection],
        metrics: Metrics,
    ) -> Self {
        Self { progress, projections, metrics, watches: HashMap::new() }
    }

    pub async fn look(mut self) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        loop {
            looks.tick().await;
            let sights = timeout(ANSWER_TIMEOUT, sights(self.progress.pool())).await;
            let sights = sights.unwrap_or(Err(sqlx::Error::PoolTimedOut)).unwrap_or_default();
            for projection in self.projections {
                // What cannot be seen does not move as far as anybody can tell.
                let sight = sights.get(&(projection.name().to_owned(), projection.version()));
                self.judge(projection.name(), sight);
            }
        }
    }

    fn judge(&mut self, name: &'static str, sight: Option<&Sight>) {
        let head = self.progress.head().position;
        let now = Instant::now();
        let watch =
            self.watches.entry(name).or_insert(Watch { position: 0, well_at: now, has_stalled: false });
        if let Some(sight) = sight {
            let lag = (head - sight.position).max(0);
            self.metrics.seen(name, sight.position, lag, sight.behind_s.unwrap_or_default());
            self.metrics.parked(name, sight.parked_keys.into());
        }
        let position = sight.map_or(watch.position, |sight| sight.position);
        if position != watch.position || position >= head {
            watch.position = position;
            watch.well_at = now;
            if watch.has_stalled {
                tracing::info!(projection = name, position, "the projection goes on");
            }
            watch.has_stalled = false;
        } else if !watch.has_stalled && now - watch.well_at >= STALLED_AFTER {
            watch.has_stalled = true;
            let alarm = Alarm::ProjectionStalled.name();
            tracing::error!(
                alarm,
                projection = name,
                position,
                head,
                "the log goes on and the projection does not"
            );
        }
        self.metrics.set_alarm(Alarm::ProjectionStalled, name, watch.has_stalled);
    }
}

type Sights = HashMap<(String, i32), Sight>;

async fn sights(pool: &PgPool) -> sqlx::Result<Sights> {
    let rows: Vec<(String, i32, i64, i32, Option<f64>)> = sqlx::query_as(
        "select c.name, c.version, c.position, c.parked_keys,
                (select extract(epoch from clock_timestamp() - b.recorded_at)::float8 from log_batches b
                 where b.last_position > c.position order by b.last_position limit 1)
         from projection_checkpoints c",
    )
    .fetch_all(pool)
    .await?;
    let sight = |(name, version, position, parked_keys, behind_s)| {
        ((name, version), Sight { position, parked_keys, behind_s })
    };
    Ok(rows.into_iter().map(sight).collect())
}

//! What the log tells about itself.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

pub struct Metrics {
    pub events_appended: Counter,
    pub units_refused: Counter,
    pub queue_full: Counter,
    pub queue_units: Gauge,
    pub queue_seconds: Histogram,
    pub append_seconds: Histogram,
    pub batch_units: Histogram,
    pub connections_lost: Counter,
    pub head_position: Gauge,
    pub pages_from_broker: Counter,
    pub pages_from_database: Counter,
    pub cache_hits: Counter,
    pub cache_misses: Counter,
    pub conflicts_retried: Counter,
    pub commands_replayed: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let seconds = || Histogram::new(exponential_buckets(0.000_25, 2.0, 16));
        Self {
            events_appended: Counter::default(),
            units_refused: Counter::default(),
            queue_full: Counter::default(),
            queue_units: Gauge::default(),
            queue_seconds: seconds(),
            append_seconds: seconds(),
            batch_units: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
            connections_lost: Counter::default(),
            head_position: Gauge::default(),
            pages_from_broker: Counter::default(),
            pages_from_database: Counter::default(),
            cache_hits: Counter::default(),
            cache_misses: Counter::default(),
            conflicts_retried: Counter::default(),
            commands_replayed: Counter::default(),
        }
    }
}

impl Metrics {
    /// Names end in their unit; counters get `_total` from the format.
    pub fn register(&self, registry: &mut Registry) {
        let log = registry.sub_registry_with_prefix("airtide_log");
        log.register("events_appended", "Events written by this node", self.events_appended.clone());
        log.register("units_refused", "Units that Postgres refused", self.units_refused.clone());
        log.register(
            "queue_full",
            "Commands turned away because the queue was full",
            self.queue_full.clone(),
        );
        log.register("queue_units", "Units waiting for the writer", self.queue_units.clone());
        log.register("queue_seconds", "Time a unit waited for the writer", self.queue_seconds.clone());
        log.register("append_seconds", "Time from sending a batch to its fate", self.append_seconds.clone());
        log.register("batch_units", "Units that were sent together", self.batch_units.clone());
        log.register(
            "connections_lost",
            "Times the writer's connection broke",
            self.connections_lost.clone(),
        );
        log.register("head_position", "Highest position this node knows", self.head_position.clone());
        log.register("cache_hits", "Loads answered from memory", self.cache_hits.clone());
        log.register("cache_misses", "Loads that went to Postgres", self.cache_misses.clone());
        log.register(
            "pages_from_broker",
            "Pages of the live end that the broker had",
            self.pages_from_broker.clone(),
        );
        log.register(
            "pages_from_database",
            "Pages of the live end that Postgres was asked for",
            self.pages_from_database.clone(),
        );
        log.register(
            "conflicts_retried",
            "Commands decided again after a conflict",
            self.conflicts_retried.clone(),
        );
        log.register(
            "commands_replayed",
            "Retries answered with their first receipt",
            self.commands_replayed.clone(),
        );
    }
}

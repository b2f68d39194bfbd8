//! What projections tell about themselves.

use eventstore::alarms::{Alarm, Alarms};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

/// Of which projection.
type Of = [(&'static str, &'static str); 1];

/// Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    position: Family<Of, Gauge>,
    lag_events: Family<Of, Gauge>,
    lag_seconds: Family<Of, Gauge<f64, AtomicU64>>,
    parked_keys: Family<Of, Gauge>,
    events: Family<Of, Counter>,
    batch_events: Family<Of, Histogram>,
    batch_seconds: Family<Of, Histogram>,
    alarms: Alarms,
}

impl Metrics {
    pub fn new(alarms: Alarms) -> Self {
        Self {
            position: Family::default(),
            lag_events: Family::default(),
            lag_seconds: Family::default(),
            parked_keys: Family::default(),
            events: Family::default(),
            batch_events: Family::new_with_constructor(events_histogram),
            batch_seconds: Family::new_with_constructor(seconds_histogram),
            alarms,
        }
    }
}

fn events_histogram() -> Histogram {
    Histogram::new(exponential_buckets(1.0, 2.0, 11))
}

fn seconds_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.000_5, 2.0, 16))
}

fn of(projection: &'static str) -> Of {
    [("projection", projection)]
}

impl Metrics {
    pub fn register(&self, prefix: &str, registry: &mut Registry) {
        let each = registry.sub_registry_with_prefix(prefix);
        each.register("position", "Position that it has come to", self.position.clone());
        each.register("lag_events", "Events of the log that it has not taken in", self.lag_events.clone());
        each.register("lag_seconds", "Age of the oldest of them", self.lag_seconds.clone());
        each.register("parked_keys", "Keys that are set aside", self.parked_keys.clone());
        each.register("events", "Events taken in by this node", self.events.clone());
        each.register("batch_events", "Events that were written together", self.batch_events.clone());
        each.register("batch_seconds", "Time to write them", self.batch_seconds.clone());
    }

    pub(super) fn carried(&self, projection: &'static str, events: usize, seconds: f64) {
        self.events.get_or_create(&of(projection)).inc_by(events as u64);
        self.batch_events.get_or_create(&of(projection)).observe(events as f64);
        self.batch_seconds.get_or_create(&of(projection)).observe(seconds);
    }

    pub(super) fn seen(&self, projection: &'static str, position: i64, lag_events: i64, lag_seconds: f64) {
        self.position.get_or_create(&of(projection)).set(position);
        self.lag_events.get_or_create(&of(projection)).set(lag_events);
        self.lag_seconds.get_or_create(&of(projection)).set(lag_seconds);
    }

    pub(super) fn parked(&self, projection: &'static str, keys: i64) {
        self.parked_keys.get_or_create(&of(projection)).set(keys);
        self.set_alarm(Alarm::ProjectionParked, projection, keys > 0);
    }

    pub(super) fn set_alarm(&self, alarm: Alarm, projection: &'static str, is_on: bool) {
        self.alarms.set(alarm, projection, is_on);
    }
}

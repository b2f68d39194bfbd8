//! What workers tell about themselves.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use eventstore::alarms::{Alarm, Alarms};
use eventstore::work::{Settled, Sight};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// Of which worker.
type Of = [(&'static str, &'static str); 1];
type OfTwo = [(&'static str, &'static str); 2];

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Done,
    Skipped,
    Again,
    Parked,
    Unknown,
    Lost,
}

impl Ended {
    pub fn of(settled: &Settled) -> Self {
        match settled {
            Settled::Done => Ended::Done,
            Settled::Skipped(_) => Ended::Skipped,
            Settled::Again { .. } => Ended::Again,
            Settled::Parked { .. } => Ended::Parked,
            Settled::Unknown { .. } => Ended::Unknown,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Ended::Done => "done",
            Ended::Skipped => "skipped",
            Ended::Again => "again",
            Ended::Parked => "parked",
            Ended::Unknown => "unknown",
            Ended::Lost => "lost",
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    pieces: Family<OfTwo, Gauge>,
    oldest_open_seconds: Family<Of, Gauge<f64, AtomicU64>>,
    tries: Family<OfTwo, Counter>,
    try_seconds: Family<Of, Histogram>,
    claims_lost: Family<Of, Counter>,
    alarms: Alarms,
}

impl Metrics {
    pub fn new(alarms: Alarms) -> Self {
        let seconds = || Histogram::new(exponential_buckets(0.001, 2.0, 17));
        Self {
            pieces: Family::default(),
            oldest_open_seconds: Family::default(),
            tries: Family::default(),
            try_seconds: Family::new_with_constructor(seconds),
            claims_lost: Family::default(),
            alarms,
        }
    }
}

impl Metrics {
    pub fn register(&self, registry: &mut Registry) {
        let work = registry.sub_registry_with_prefix("airtide_work");
        work.register("pieces", "Work that is not settled, by state", self.pieces.clone());
        work.register("oldest_open_seconds", "Age of the oldest open work", self.oldest_open_seconds.clone());
        work.register("tries", "Tries of this node, by how they ended", self.tries.clone());
        work.register("try_seconds", "Time from a claim to its end", self.try_seconds.clone());
        work.register("claims_lost", "Claims taken back from nodes that were lost", self.claims_lost.clone());
    }

    pub(super) fn ended(&self, worker: &'static str, ended: Ended, took: Duration) {
        self.tries.get_or_create(&[("worker", worker), ("outcome", ended.name())]).inc();
        self.try_seconds.get_or_create(&[("worker", worker)]).observe(took.as_secs_f64());
    }

    pub(super) fn lost(&self, worker: &'static str, claims: u64) {
        self.claims_lost.get_or_create(&[("worker", worker)]).inc_by(claims);
    }

    pub(super) fn seen(&self, worker: &'static str, sight: &Sight) {
        let pieces = [
            ("open", sight.open),
            ("claimed", sight.claimed),
            ("later", sight.later),
            ("waiting", sight.waiting),
            ("parked", sight.parked),
            ("unknown", sight.unknown),
        ];
        for (state, many) in pieces {
            self.pieces.get_or_create(&[("worker", worker), ("state", state)]).set(many);
        }
        self.oldest_open_seconds.get_or_create(&[("worker", worker)]).set(sight.oldest_open_s);
        self.set_alarm(Alarm::WorkParked, worker, sight.parked > 0);
        self.set_alarm(Alarm::WorkUnknown, worker, sight.unknown > 0);
    }

    pub(super) fn set_alarm(&self, alarm: Alarm, worker: &'static str, is_on: bool) {
        self.alarms.set(alarm, worker, is_on);
    }
}

//! What a relay tells about itself.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::alarms::{Alarm, Alarms};

/// There is one stream in use, so alarms need no further subject.
pub const SUBJECT: &str = "relay";

/// Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    position: Gauge,
    lag_events: Gauge,
    sessions: Counter,
    alarms: Alarms,
}

impl Metrics {
    pub fn new(alarms: Alarms) -> Self {
        Self {
            position: Gauge::default(),
            lag_events: Gauge::default(),
            sessions: Counter::default(),
            alarms,
        }
    }

    pub fn register(&self, registry: &mut Registry) {
        let relay = registry.sub_registry_with_prefix("airtide_relay");
        relay.register("position", "Position up to which the stream has the log", self.position.clone());
        relay.register("lag_events", "Events of the log that it has not", self.lag_events.clone());
        relay.register("sessions", "Times that relaying began, or began again", self.sessions.clone());
    }

    pub(super) fn begun(&self) {
        self.sessions.inc();
    }

    pub(super) fn seen(&self, position: i64, lag_events: i64) {
        self.position.set(position);
        self.lag_events.set(lag_events);
    }

    pub(super) fn set_alarm(&self, alarm: Alarm, is_on: bool) {
        self.alarms.set(alarm, SUBJECT, is_on);
    }
}

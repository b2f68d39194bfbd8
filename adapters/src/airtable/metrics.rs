//! What the client tells about itself.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// Of which operation.
type Of = [(&'static str, &'static str); 1];
type OfTwo = [(&'static str, &'static str); 2];

/// Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    requests: Family<OfTwo, Counter>,
    request_seconds: Family<Of, Histogram>,
    throttle_wait_seconds: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(seconds),
            throttle_wait_seconds: seconds(),
        }
    }
}

/// From five milliseconds to eighty seconds.
fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.005, 2.0, 15))
}

impl Metrics {
    pub fn register(&self, registry: &mut Registry) {
        let airtable = registry.sub_registry_with_prefix("airtable");
        let requests = self.requests.clone();
        airtable.register("requests", "Requests that were sent, by how they ended", requests);
        let request_seconds = self.request_seconds.clone();
        airtable.register("request_seconds", "Time from a request to the end of its answer", request_seconds);
        let wait = self.throttle_wait_seconds.clone();
        airtable.register("throttle_wait_seconds", "Time that a request waited for its turn", wait);
    }

    pub(super) fn ended(&self, operation: &'static str, outcome: &'static str, took: Duration) {
        self.requests.get_or_create(&[("operation", operation), ("outcome", outcome)]).inc();
        self.request_seconds.get_or_create(&[("operation", operation)]).observe(took.as_secs_f64());
    }

    pub(super) fn waited(&self, time: Duration) {
        self.throttle_wait_seconds.observe(time.as_secs_f64());
    }
}

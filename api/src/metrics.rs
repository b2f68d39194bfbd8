//! Everything that is counted, in OpenMetrics text. Other crates bring their own metrics into the same registry.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::Api;
use crate::http::Problem;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Routes, never paths: a path holds ids, and a label must have few values.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct RequestLabels {
    pub method: &'static str,
    pub route: String,
    pub status: u16,
}

pub struct Metrics {
    registry: Registry,
    pub(crate) request_seconds: Family<RequestLabels, Histogram>,
    pub(crate) requests_in_flight: Gauge,
    /// Kept by the listener.
    pub connections: Gauge,
    pub connections_refused: Counter,
}

impl Metrics {
    pub fn new(mut registry: Registry) -> Metrics {
        let request_seconds = Family::<RequestLabels, Histogram>::new_with_constructor(request_histogram);
        let metrics = Metrics {
            registry: Registry::default(),
            request_seconds,
            requests_in_flight: Gauge::default(),
            connections: Gauge::default(),
            connections_refused: Counter::default(),
        };
        metrics.register(&mut registry);
        Metrics { registry, ..metrics }
    }

    /// Names end in their unit; counters get `_total` from the format.
    fn register(&self, registry: &mut Registry) {
        let seconds = self.request_seconds.clone();
        registry.register("airtide_http_request_seconds", "Time to answer a request", seconds);
        let in_flight = self.requests_in_flight.clone();
        registry.register("airtide_http_requests_in_flight", "Requests being answered", in_flight);
        registry.register("airtide_http_connections", "Open connections", self.connections.clone());
        let refused = self.connections_refused.clone();
        registry.register("airtide_http_connections_refused", "Connections turned away", refused);
    }
}

pub async fn text(State(api): State<Api>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &api.metrics.registry) {
        Ok(()) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "could not write the metrics");
            Problem::internal().into_response()
        }
    }
}

/// From half a millisecond to sixteen seconds.
fn request_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.000_5, 2.0, 16))
}

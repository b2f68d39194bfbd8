//! The numbers of a request: how many are under way, and how long each took, by route.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use axum::http::Method;
use prometheus_client::metrics::histogram::Histogram;

use crate::metrics::{Metrics, RequestLabels};

/// What counts as the status of a request whose sender went away before the answer.
const GONE: u16 = 499;
/// The route of a request for which there is none.
const NONE: &str = "none";

/// Every route with its numbers, looked up by a borrowed path: nothing is allocated on the way of a request.
pub(super) struct Routes {
    metrics: Arc<Metrics>,
    known: HashMap<String, Arc<RouteNumbers>>,
    none: Arc<RouteNumbers>,
}

struct RouteNumbers {
    route: String,
    /// A handful: the methods of a route times the statuses it answers with.
    seen: RwLock<Vec<(&'static str, u16, Histogram)>>,
}

impl Routes {
    pub fn new(metrics: Arc<Metrics>, paths: impl Iterator<Item = String>) -> Self {
        let known = paths.map(|path| (path.clone(), Arc::new(RouteNumbers::new(path)))).collect();
        Self { metrics, known, none: Arc::new(RouteNumbers::new(NONE.to_owned())) }
    }

    pub fn enter(&self, route: &str, method: &Method) -> Visit {
        self.metrics.requests_in_flight.inc();
        Visit {
            method: method_name(method),
            numbers: Arc::clone(self.known.get(route).unwrap_or(&self.none)),
            metrics: Arc::clone(&self.metrics),
            started: Instant::now(),
            status: GONE,
        }
    }
}

impl RouteNumbers {
    fn new(route: String) -> Self {
        Self { route, seen: RwLock::default() }
    }

    fn histogram(&self, method: &'static str, status: u16, metrics: &Metrics) -> Histogram {
        let is_same = |entry: &&(&'static str, u16, Histogram)| entry.0 == method && entry.1 == status;
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, histogram)) = seen.iter().find(is_same) {
            return histogram.clone();
        }
        drop(seen);
        let labels = RequestLabels { method, route: self.route.clone(), status };
        let histogram = metrics.request_seconds.get_or_create(&labels).clone();
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        seen.push((method, status, histogram.clone()));
        histogram
    }
}

/// A request under way. Counted when it ends, however it ends.
pub(super) struct Visit {
    pub method: &'static str,
    numbers: Arc<RouteNumbers>,
    metrics: Arc<Metrics>,
    started: Instant,
    status: u16,
}

impl Visit {
    pub fn answered(&mut self, status: u16) {
        self.status = status;
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let seconds = self.started.elapsed().as_secs_f64();
        self.metrics.requests_in_flight.dec();
        self.numbers.histogram(self.method, self.status, &self.metrics).observe(seconds);
        tracing::debug!(status = self.status, seconds, "answered");
    }
}

/// A client may invent methods without end; a label must not.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

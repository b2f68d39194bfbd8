//! What happens to every request before and after its handler, in one layer: ids and trace, limits, origins, the time
//! limit, the body of a problem, headers, numbers and one log line.
//!
//! One layer, because each costs an allocation or two, and this one is passed by every request there is.

use std::any::Any;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tower::{Layer, Service};
use tracing::{Instrument, Span};

use super::cors::{self, Origin};
use super::problem::Problem;
use super::request_id::{self, RequestId};
use super::trace::{self, Trace, Traces};
use super::visit::{Routes, Visit};
use super::{etag, limits, security, written};
use crate::airtable;
use crate::metrics::Metrics;

/// Seconds to wait after an answer took too long.
const RETRY_LATE_SECONDS: u64 = 5;

/// Header fields that an answer gets here, so that room is made for them once.
const HEADERS_ADDED: usize = 12;

/// What operators decide about the edge.
#[derive(Clone)]
pub struct EdgeOptions {
    /// Origins whose pages may call, as browsers write them: `https://console.example.org`.
    pub cors_origins: Vec<String>,
    /// Callers reach us by TLS, ended before us.
    pub behind_tls: bool,
    /// An answer begins within this time. A stream, once begun, may go on.
    pub request_timeout: Duration,
    pub traces: Option<Arc<dyn Traces>>,
}

pub(super) struct Edge {
    cors_origins: Vec<HeaderValue>,
    options: EdgeOptions,
    routes: Routes,
}

#[derive(Clone)]
pub(crate) struct EdgeLayer(Arc<Edge>);

impl EdgeLayer {
    /// `paths`: every path there is, as it was declared.
    pub fn new(options: EdgeOptions, metrics: Arc<Metrics>, paths: impl Iterator<Item = String>) -> Self {
        let origins = options.cors_origins.iter();
        let cors_origins = origins.filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
        Self(Arc::new(Edge { cors_origins, options, routes: Routes::new(metrics, paths) }))
    }
}

impl<S> Layer<S> for EdgeLayer {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { edge: Arc::clone(&self.0), inner }
    }
}

#[derive(Clone)]
pub(crate) struct Guarded<S> {
    edge: Arc<Edge>,
    inner: S,
}

impl<S> Service<Request> for Guarded<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let edge = Arc::clone(&self.edge);
        let exchange = edge.begin(&mut request);
        let span = exchange.span.clone();
        let handled = match edge.refusal(&request, &exchange.origin) {
            Some(refusal) => Err(refusal),
            None => Ok(self.inner.call(request)),
        };
        let answering = async move {
            let response = match handled {
                Ok(answering) => edge.in_time(answering).await,
                Err(refusal) => refusal,
            };
            Ok(edge.end(exchange, response))
        };
        Box::pin(answering.instrument(span))
    }
}

/// What is kept of a request until its answer.
struct Exchange {
    id: RequestId,
    trace: Trace,
    origin: Origin,
    /// Whether it is answered as Airtable answers.
    is_airtable: bool,
    /// The headers of a request that says what its sender already has.
    seen: Option<Box<HeaderMap>>,
    visit: Visit,
    span: Span,
}

impl Edge {
    fn begin(&self, request: &mut Request) -> Exchange {
        let headers = request.headers();
        let id = RequestId::of(headers);
        let caller = Trace::of_caller(headers);
        let origin = cors::origin(headers, &self.cors_origins);
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let seen = (is_read && headers.contains_key(IF_NONE_MATCH)).then(|| Box::new(headers.clone()));
        let is_airtable = airtable::is_asked(request.uri().path());
        let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
        // A slash at the end means nothing there.
        let route = if is_airtable { route.trim_end_matches('/') } else { route };
        let visit = self.routes.enter(route, request.method());
        let span = tracing::info_span!(
            "request",
            id = id.as_str(),
            method = visit.method,
            route,
            trace = tracing::field::Empty,
            otel.name = tracing::field::Empty,
            otel.kind = tracing::field::Empty,
        );
        let trace = self.trace(&span, caller, visit.method, route);
        request.extensions_mut().insert(trace);
        request.extensions_mut().insert(id.clone());
        Exchange { id, trace, origin, is_airtable, seen, visit, span }
    }

    fn trace(&self, span: &Span, caller: Option<Trace>, method: &str, route: &str) -> Trace {
        let Some(traces) = &self.options.traces else {
            return Trace::below(caller);
        };
        span.record("otel.name", format!("{method} {route}"));
        span.record("otel.kind", "server");
        let trace = traces.begin(span, caller, method, route);
        span.record("trace", format!("{:032x}", trace.trace_id));
        trace
    }

    /// The answer to a request that no handler sees.
    fn refusal(&self, request: &Request, origin: &Origin) -> Option<Response> {
        if let Err(problem) = limits::check(request) {
            return Some(problem.into_response());
        }
        cors::preflight(request, origin)
    }

    async fn in_time(&self, answering: impl Future<Output = Result<Response, Infallible>>) -> Response {
        let answering = AssertUnwindSafe(answering).catch_unwind();
        match tokio::time::timeout(self.options.request_timeout, answering).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Err(panic)) => of_panic(&*panic).into_response(),
            Err(_) => too_late().into_response(),
        }
    }

    fn end(&self, mut exchange: Exchange, mut response: Response) -> Response {
        written::write(&mut response, exchange.id.as_str(), exchange.is_airtable);
        if exchange.seen.is_some_and(|seen| is_seen(&seen, &response)) {
            say_not_modified(&mut response);
        }
        let headers = response.headers_mut();
        headers.reserve(HEADERS_ADDED);
        headers.insert(request_id::HEADER, exchange.id.to_header());
        if let Some(value) = exchange.trace.to_header() {
            headers.insert(trace::HEADER, value);
        }
        security::add(headers, self.options.behind_tls);
        cors::add(headers, exchange.origin);
        let status = response.status().as_u16();
        if let Some(traces) = &self.options.traces {
            traces.end(&exchange.span, status);
        }
        exchange.visit.answered(status);
        response
    }
}

fn is_seen(seen: &HeaderMap, response: &Response) -> bool {
    response.status() == StatusCode::OK && etag::is_seen(seen, response.headers())
}

fn say_not_modified(response: &mut Response) {
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    *response.body_mut() = Body::empty();
    response.headers_mut().remove(CONTENT_TYPE);
    response.headers_mut().remove(CONTENT_LENGTH);
}

fn too_late() -> Problem {
    let detail = "The answer took too long. What was asked may still be done.";
    Problem::unavailable_because("too_late", detail).retry_after(RETRY_LATE_SECONDS)
}

/// A panic is a fault of ours that must not take the connection with it.
fn of_panic(panic: &(dyn Any + Send)) -> Problem {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text");
    tracing::error!(panic = text, "a handler panicked");
    Problem::internal()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::to_bytes;
    use axum::routing::get;
    use prometheus_client::registry::Registry;

    use super::*;

    async fn asked(handler: axum::routing::MethodRouter) -> Response {
        let options = EdgeOptions {
            cors_origins: Vec::new(),
            behind_tls: false,
            request_timeout: Duration::from_secs(1),
            traces: None,
        };
        let metrics = Arc::new(Metrics::new(Registry::default()));
        let edge = EdgeLayer::new(options, metrics, ["/".to_owned()].into_iter());
        let mut router = Router::new().route("/", handler).layer(edge);
        router.call(Request::new(Body::empty())).await.unwrap()
    }

    async fn panics() -> Response {
        panic!("the password is hunter2")
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_a_problem_that_tells_nothing() {
        let response = asked(get(panics)).await;
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let text = str::from_utf8(&body).unwrap();
        assert!(text.contains("\"code\":\"internal\"") && !text.contains("hunter2"), "{text}");
    }
}

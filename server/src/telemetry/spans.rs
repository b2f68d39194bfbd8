//! Spans for a collector (OTLP over HTTP), when `OTEL_EXPORTER_OTLP_ENDPOINT` names one. The other `OTEL_…` variables
//! count as everywhere.

use api::http::{Trace, Traces};
use opentelemetry::trace::{
    SpanContext, SpanId, Status, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

use super::collector::Collector;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";
/// Whose spans are kept. Those of the libraries that carry them would beget spans for ever.
const OURS: &[&str] = &["api", "eventstore", "projections", "server", "workers"];
/// From here on an answer is a failure of ours.
const FAILURES_FROM: u16 = 500;

/// Nothing when no collector is named, or when what is named makes no sense.
pub fn provider() -> Option<SdkTracerProvider> {
    std::env::var_os(ENDPOINT).filter(|endpoint| !endpoint.is_empty())?;
    let exporter = SpanExporter::builder().with_http().with_http_client(Collector::new()?).build();
    match exporter {
        Ok(exporter) => {
            Some(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource()).build())
        }
        Err(error) => {
            // There are no log lines yet.
            eprintln!("airtide: no spans are sent: {error}");
            None
        }
    }
}

fn resource() -> Resource {
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder().with_attribute(version);
    match std::env::var_os(SERVICE_NAME) {
        Some(_) => resource.build(),
        None => resource.with_service_name("airtide").build(),
    }
}

pub fn layer<S>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let ours = OURS.iter().map(|name| (*name, LevelFilter::INFO));
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("airtide"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(Targets::new().with_targets(ours))
}

/// Puts the spans of requests below those of their callers.
pub struct KeptSpans;

impl Traces for KeptSpans {
    fn begin(&self, span: &Span, caller: Option<Trace>, method: &str, route: &str) -> Trace {
        if let Some(caller) = caller {
            let parent = Context::new().with_remote_span_context(context_of(caller));
            // Refused only for a span that has begun already.
            let _ = span.set_parent(parent);
        }
        span.set_attribute("http.request.method", method.to_owned());
        span.set_attribute("http.route", route.to_owned());
        let context = span.context();
        let place = context.span().span_context().clone();
        if place.is_valid() { trace_of(&place) } else { Trace::below(caller) }
    }

    fn end(&self, span: &Span, status: u16) {
        span.set_attribute("http.response.status_code", i64::from(status));
        if status >= FAILURES_FROM {
            span.set_status(Status::error(""));
        }
    }
}

/// Puts the spans of work below those of the requests that its events came of.
impl workers::runtime::Traces for KeptSpans {
    fn begin(&self, span: &Span, event: Option<&str>) -> Option<String> {
        let caller = event.and_then(Trace::read);
        if let Some(caller) = caller {
            let parent = Context::new().with_remote_span_context(context_of(caller));
            // Refused only for a span that has begun already.
            let _ = span.set_parent(parent);
        }
        let context = span.context();
        let place = context.span().span_context().clone();
        let trace = if place.is_valid() { Some(trace_of(&place)) } else { caller };
        trace.map(|trace| trace.to_string())
    }
}

fn context_of(trace: Trace) -> SpanContext {
    SpanContext::new(
        TraceId::from_bytes(trace.trace_id.to_be_bytes()),
        SpanId::from_bytes(trace.span_id.to_be_bytes()),
        if trace.sampled { TraceFlags::SAMPLED } else { TraceFlags::NOT_SAMPLED },
        true,
        TraceState::default(),
    )
}

fn trace_of(place: &SpanContext) -> Trace {
    Trace {
        trace_id: u128::from_be_bytes(place.trace_id().to_bytes()),
        span_id: u64::from_be_bytes(place.span_id().to_bytes()),
        sampled: place.is_sampled(),
    }
}

//! The trace that a try belongs to, so that one trace leads from a request to the effects of its events.

use tracing::Span;

/// Who keeps spans, when somebody does: gives the span of a try its place below the event's.
pub trait Traces: Send + Sync {
    /// The place of the span, as a `traceparent`; below the event's, when it has one.
    fn begin(&self, span: &Span, event: Option<&str>) -> Option<String>;
}

/// Nobody keeps spans: the event's trace is passed on as it is.
pub struct PassedOn;

impl Traces for PassedOn {
    fn begin(&self, _: &Span, event: Option<&str>) -> Option<String> {
        event.map(str::to_owned)
    }
}

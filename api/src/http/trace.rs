//! The trace that a request belongs to (W3C Trace Context): taken over from the caller if it is well formed, begun here
//! otherwise. The same text goes out with the answer and into the events that the request causes.

use std::fmt;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tracing::Span;
use uuid::Uuid;

pub(super) const HEADER: HeaderName = HeaderName::from_static("traceparent");
/// `00-<trace>-<span>-<flags>`
const LENGTH: usize = 55;
const SAMPLED: u8 = 1;

/// One span of one trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    pub trace_id: u128,
    pub span_id: u64,
    pub sampled: bool,
}

/// Who keeps spans, when somebody does: gives the span of a request its place in its trace.
pub trait Traces: Send + Sync {
    /// The place of `span`, below what the caller sent.
    fn begin(&self, span: &Span, caller: Option<Trace>, method: &str, route: &str) -> Trace;
    /// What the request came to.
    fn end(&self, span: &Span, status: u16);
}

impl Trace {
    pub(super) fn of_caller(headers: &HeaderMap) -> Option<Self> {
        let mut sent = headers.get_all(HEADER).iter();
        let (only, None) = (sent.next()?, sent.next()) else {
            return None;
        };
        Self::read(only.to_str().ok()?)
    }

    /// Later versions may append to what version 00 holds; what we know of them is read.
    pub fn read(text: &str) -> Option<Self> {
        parse(text)
    }

    /// A span of our own below the caller's, or at the beginning of a trace. Nobody keeps it, so it is not sampled
    /// unless the caller's is.
    pub fn below(caller: Option<Self>) -> Self {
        let (span_id, _) = Uuid::new_v4().as_u64_pair();
        match caller {
            Some(caller) => Self { span_id, ..caller },
            None => Self { trace_id: Uuid::new_v4().as_u128(), span_id, sampled: false },
        }
    }

    pub(super) fn to_header(self) -> Option<HeaderValue> {
        HeaderValue::from_bytes(&self.text()).ok()
    }

    /// By hand, because every answer carries one.
    fn text(self) -> [u8; LENGTH] {
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        write_hex(&mut text[3..35], self.trace_id);
        write_hex(&mut text[36..52], self.span_id.into());
        write_hex(&mut text[53..], u8::from(self.sampled).into());
        text
    }
}

/// The last digits of a number, as many as there is room for.
fn write_hex(room: &mut [u8], mut number: u128) {
    for digit in room.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number & 0xf) as usize];
        number >>= 4;
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(str::from_utf8(&self.text()).unwrap_or_default())
    }
}

fn parse(text: &str) -> Option<Trace> {
    let known = text.get(..LENGTH)?;
    let mut parts = known.split('-');
    let (version, trace_id, span_id, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let version = hex(version, 2)?;
    let ends_well = text.len() == LENGTH || (version > 0 && text.as_bytes()[LENGTH] == b'-');
    if version == 0xff || !ends_well {
        return None;
    }
    let (trace_id, span_id) = (hex(trace_id, 32)?, u64::try_from(hex(span_id, 16)?).ok()?);
    let sampled = u8::try_from(hex(flags, 2)?).ok()? & SAMPLED != 0;
    (trace_id != 0 && span_id != 0).then_some(Trace { trace_id, span_id, sampled })
}

fn hex(text: &str, digits: usize) -> Option<u128> {
    let is_lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != digits || !text.bytes().all(is_lower) {
        return None;
    }
    u128::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_callers_trace_goes_on_under_a_span_of_ours() {
        let caller = parse(SENT).unwrap();
        assert_eq!(caller.to_string(), SENT);
        let ours = Trace::below(Some(caller));
        assert_eq!(ours.trace_id, caller.trace_id);
        assert_ne!(ours.span_id, caller.span_id);
        assert!(ours.sampled);
        assert_eq!(parse(&ours.to_string()), Some(ours));
    }

    #[test]
    fn what_is_not_well_formed_begins_a_new_trace() {
        let zeros = format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32));
        for bad in
            [&SENT.to_uppercase(), &SENT[1..], &format!("{SENT}-x"), &SENT.replace("00-4", "ff-4"), &zeros]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert!(parse(&format!("{}-more", SENT.replace("00-4", "01-4"))).is_some());
        assert_ne!(Trace::below(None).trace_id, Trace::below(None).trace_id);
    }

    proptest! {
        #[test]
        fn a_trace_is_read_as_it_was_written(
            trace_id in 1..=u128::MAX, span_id in 1..=u64::MAX, sampled in any::<bool>()
        ) {
            let trace = Trace { trace_id, span_id, sampled };
            prop_assert_eq!(parse(&trace.to_string()), Some(trace));
        }

        #[test]
        fn whatever_comes_is_no_trace_or_the_one_that_stands_in_it(
            text in "[0-9a-f]{2}-[0-9a-fA-F-]{49}-?[0-9a-f]{2,4}|\\PC{0,80}|[0-9a-f-]{54}é"
        ) {
            if let Some(trace) = parse(&text) {
                let written = trace.to_string();
                prop_assert_eq!(&text[3..52], &written[3..52]);
            }
        }
    }
}

//! An event as a message: the payload is the body, what filters look at is the subject, the rest are headers. A reader
//! makes of it the same event that lies in Postgres.

use std::borrow::Cow;

use async_nats::{HeaderMap, HeaderValue};
use domain::id::Id;
use uuid::Uuid;

use crate::chain::Digested;
use crate::event::{Recorded, StreamName};

/// Everything that a log publishes.
pub const SUBJECTS: &str = "ev.>";
const PREFIX: &str = "ev.";
/// Parts that consumers may divide the streams of the log among themselves by.
const PARTITIONS: u64 = 16;

const POSITION: &str = "Airtide-Position";
const INCARNATION: &str = "Airtide-Incarnation";
const EVENT_ID: &str = "Airtide-Event-Id";
const STREAM_NO: &str = "Airtide-Stream-No";
const VERSION: &str = "Airtide-Version";
const RECORDED_AT: &str = "Airtide-Recorded-At";
const SCHEMA_VERSION: &str = "Airtide-Schema-Version";
const SCOPE: &str = "Airtide-Scope";
const META: &str = "Airtide-Meta";
const TRACEPARENT: &str = "traceparent";

/// Room for headers besides what [`META`] holds, and for the subject.
pub const HEADERS_BYTES_MAX: usize = 2 * 1024;

/// Which event of which history a message holds, by its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    pub incarnation: Uuid,
    pub position: i64,
    pub event_id: Uuid,
}

/// A message that is no event of a log, or a damaged one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoEvent {
    #[error("the header {0} is missing or malformed")]
    Header(&'static str),
    #[error("the subject {0} is not that of an event")]
    Subject(String),
    #[error("the body is not text")]
    Body,
    #[error("the content is not what its digest was taken of")]
    Digest,
}

/// `ev.<type>.<event>.<partition>.<tenant>.<id>`; a type of events is `<type>.<event>`.
pub fn subject(event: &Recorded) -> String {
    let (event_type, stream) = (&event.event_type, &event.stream);
    let partition = partition(stream.id.as_str());
    format!("{PREFIX}{event_type}.{partition}.{}.{}", stream.tenant.as_str(), stream.id.as_str())
}

/// FNV-1a: the same in every build, whoever reads it.
fn partition(id: &str) -> u64 {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash % PARTITIONS
}

pub fn headers(event: &Recorded, incarnation: Uuid) -> Result<HeaderMap, NoEvent> {
    let meta = event.meta().map_err(|_| NoEvent::Header(META))?;
    let mut headers = HeaderMap::new();
    let mut put = |name: &'static str, value: String| {
        let value: HeaderValue = value.parse().map_err(|_| NoEvent::Header(name))?;
        headers.insert(name, value);
        Ok(())
    };
    put(POSITION, event.position.to_string())?;
    put(INCARNATION, incarnation.to_string())?;
    put(EVENT_ID, meta.event_id.to_string())?;
    put(STREAM_NO, event.stream_no.to_string())?;
    put(VERSION, event.version.to_string())?;
    put(RECORDED_AT, event.recorded_at.to_string())?;
    put(SCHEMA_VERSION, event.schema_version.to_string())?;
    put(DIGEST, hex(&event.digest))?;
    if let Some(scope) = &event.scope {
        put(SCOPE, scope.as_str().to_owned())?;
    }
    if let Some(traceparent) = meta.traceparent {
        put(TRACEPARENT, traceparent)?;
    }
    put(META, event.meta_text.clone())?;
    Ok(headers)
}

const DIGEST: &str = "Airtide-Digest";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn label(headers: &HeaderMap) -> Result<Label, NoEvent> {
    Ok(Label {
        incarnation: parsed(headers, INCARNATION)?,
        position: parsed(headers, POSITION)?,
        event_id: parsed(headers, EVENT_ID)?,
    })
}

/// The event as it lies in Postgres; its digest is compared, so that what was damaged or made up is not taken for one.
pub fn recorded(subject: &str, headers: &HeaderMap, body: &[u8]) -> Result<Recorded, NoEvent> {
    let names = Names::of(subject).ok_or_else(|| NoEvent::Subject(subject.to_owned()))?;
    let scope = text(headers, SCOPE).map(Id::new).transpose().map_err(|_| NoEvent::Header(SCOPE))?;
    let event = Recorded {
        position: parsed(headers, POSITION)?,
        stream: names.stream,
        stream_no: parsed(headers, STREAM_NO)?,
        version: parsed(headers, VERSION)?,
        recorded_at: parsed(headers, RECORDED_AT)?,
        schema_version: parsed(headers, SCHEMA_VERSION)?,
        scope,
        event_type: names.event_type,
        meta_text: text(headers, META).ok_or(NoEvent::Header(META))?.to_owned(),
        payload_text: String::from_utf8(body.to_vec()).map_err(|_| NoEvent::Body)?,
        digest: unhex(text(headers, DIGEST)).ok_or(NoEvent::Header(DIGEST))?,
    };
    if Digested::of(&event).digest().as_slice() != event.digest { Err(NoEvent::Digest) } else { Ok(event) }
}

/// What a subject says.
struct Names {
    stream: StreamName,
    event_type: String,
}

impl Names {
    /// From the end, because ids hold no dots and a type of events may hold several.
    fn of(subject: &str) -> Option<Self> {
        let mut parts = subject.strip_prefix(PREFIX)?.rsplitn(4, '.');
        let (id, tenant, _partition, event_type) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (aggregate, _) = event_type.split_once('.')?;
        let stream = StreamName {
            tenant: Id::new(tenant).ok()?,
            aggregate: Cow::Owned(aggregate.to_owned()),
            id: Id::new(id).ok()?,
        };
        Some(Self { stream, event_type: event_type.to_owned() })
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Option<&'a str> {
    headers.get(name).map(HeaderValue::as_str)
}

fn parsed<T: std::str::FromStr>(headers: &HeaderMap, name: &'static str) -> Result<T, NoEvent> {
    text(headers, name).and_then(|text| text.parse().ok()).ok_or(NoEvent::Header(name))
}

fn unhex(text: Option<&str>) -> Option<Vec<u8>> {
    let digits = text?.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if digits.len() % 2 == 0 { digits.chunks(2).map(byte).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Recorded {
        let meta = r#"{"event_id":"018f0000-0000-7000-8000-000000000001","command_id":"018f0000-0000-7000-8000-000000000002","actor":"Zoë: \"x\"","traceparent":"00-aa-bb-01"}"#;
        let mut event = Recorded {
            position: 42,
            stream: StreamName {
                tenant: Id::new("acme").unwrap(),
                aggregate: Cow::Borrowed("workspace"),
                id: Id::new("w_1-x").unwrap(),
            },
            stream_no: 41,
            version: 2,
            recorded_at: "2026-11-26T07:00:00.123456Z".parse().unwrap(),
            schema_version: 1,
            scope: Some(Id::new("w_1-x").unwrap()),
            event_type: "workspace.renamed".into(),
            meta_text: meta.into(),
            payload_text: r#"{"name":"Zoë"}"#.into(),
            digest: Vec::new(),
        };
        event.digest = Digested::of(&event).digest().to_vec();
        event
    }

    #[test]
    fn what_is_read_is_what_was_written() {
        for scope in [Some(Id::new("w_1-x").unwrap()), None] {
            let mut event = Recorded { scope, ..event() };
            event.digest = Digested::of(&event).digest().to_vec();
            let headers = headers(&event, Uuid::nil()).unwrap();
            let read = recorded(&subject(&event), &headers, event.payload_text.as_bytes()).unwrap();
            assert_eq!(read, event);
            let label = label(&headers).unwrap();
            assert_eq!((label.position, label.incarnation), (42, Uuid::nil()));
            assert_eq!(label.event_id, event.meta().unwrap().event_id);
        }
    }

    #[test]
    fn the_subject_names_type_event_partition_tenant_and_id() {
        let subject = subject(&event());
        assert!(subject.starts_with("ev.workspace.renamed."), "{subject}");
        assert!(subject.ends_with(".acme.w_1-x"), "{subject}");
        assert_eq!(subject.split('.').count(), 6);
    }

    #[test]
    fn a_changed_body_a_changed_header_and_another_subject_are_refused() {
        let event = event();
        let headers = headers(&event, Uuid::nil()).unwrap();
        let read = |subject: &str, headers: &HeaderMap, body: &str| {
            recorded(subject, headers, body.as_bytes()).unwrap_err()
        };
        let own = subject(&event);
        assert_eq!(read(&own, &headers, r#"{"name":"Zoe"}"#), NoEvent::Digest);
        let mut changed = headers.clone();
        changed.insert(VERSION, "3");
        assert_eq!(read(&own, &changed, &event.payload_text), NoEvent::Digest);
        assert_eq!(read("ev.x.y.0.acme.other", &headers, &event.payload_text), NoEvent::Digest);
        assert!(matches!(read("ev.x.acme", &headers, "{}"), NoEvent::Subject(_)));
        assert_eq!(read(&own, &HeaderMap::new(), "{}"), NoEvent::Header(POSITION));
    }
}

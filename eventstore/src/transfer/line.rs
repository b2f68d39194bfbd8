//! The lines of a segment: each is one CloudEvent (1.0, in JSON), with attributes of our own for what that leaves out.
//! A line that opens a batch says which events come next and what the chain comes to with them.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::bytes::{Bytes, Number};
use crate::chain::rows::Batch;
use crate::event::{Recorded, StreamName};

/// Every line of a batch begins so, and no line of an event does.
const BATCH_BEGINNING: &[u8] = br#"{"specversion":"1.0","type":"log.batch","#;
const BATCH_TYPE: &str = "log.batch";
const SPEC_VERSION: &str = "1.0";
const JSON: &str = "application/json";

/// A line that cannot be read as what was written.
#[derive(Debug, thiserror::Error)]
pub enum BadLine {
    #[error("it is not JSON of an export")]
    Json(#[from] serde_json::Error),
    #[error("its {0} is none")]
    Attribute(&'static str),
}

pub enum Line {
    Batch(Batch),
    Event(Recorded),
}

pub fn parse(line: &[u8]) -> Result<Line, BadLine> {
    match line.starts_with(BATCH_BEGINNING) {
        true => parse_batch(line).map(Line::Batch),
        false => parse_event(line).map(Line::Event),
    }
}

#[derive(Serialize, Deserialize)]
struct BatchLine<'a> {
    #[serde(borrow)]
    specversion: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    batch_type: Cow<'a, str>,
    id: Uuid,
    #[serde(borrow)]
    source: Cow<'a, str>,
    time: Timestamp,
    #[serde(borrow)]
    datacontenttype: Cow<'a, str>,
    data: BatchData,
}

#[derive(Serialize, Deserialize)]
struct BatchData {
    first_position: i64,
    last_position: i64,
    digest: Bytes,
    chain_hash: Bytes,
}

#[derive(Serialize, Deserialize)]
struct EventLine<'a> {
    #[serde(borrow)]
    specversion: Cow<'a, str>,
    id: Uuid,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    event_type: Cow<'a, str>,
    #[serde(borrow)]
    subject: Cow<'a, str>,
    time: Timestamp,
    #[serde(borrow)]
    datacontenttype: Cow<'a, str>,
    #[serde(borrow)]
    tenant: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    scope: Option<Cow<'a, str>>,
    position: Number,
    /// Position of the first event of its stream.
    streamnumber: Number,
    /// Place in its stream.
    streamversion: Number,
    schemaversion: i16,
    /// The metadata, byte for byte as it was hashed.
    #[serde(borrow)]
    meta: Cow<'a, str>,
    digest: Bytes,
    /// The payload, byte for byte as it was hashed.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    /// The same where a line of JSON would not keep its bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_base64: Option<Bytes>,
}

/// Who tells: the incarnation. An event's id is its own within it.
fn source_of(incarnation: Uuid) -> String {
    format!("urn:uuid:{incarnation}")
}

fn incarnation_of(source: &str) -> Option<Uuid> {
    Uuid::parse_str(source.strip_prefix("urn:uuid:")?).ok()
}

pub fn write_batch(out: &mut Vec<u8>, batch: &Batch) -> serde_json::Result<()> {
    let line = BatchLine {
        specversion: SPEC_VERSION.into(),
        batch_type: BATCH_TYPE.into(),
        id: batch.batch_id,
        source: source_of(batch.incarnation).into(),
        time: batch.recorded_at,
        datacontenttype: JSON.into(),
        data: BatchData {
            first_position: batch.first,
            last_position: batch.last,
            digest: Bytes(batch.digest.clone()),
            chain_hash: Bytes(batch.chain_hash.clone()),
        },
    };
    write(out, &line)
}

fn parse_batch(line: &[u8]) -> Result<Batch, BadLine> {
    let line: BatchLine<'_> = serde_json::from_slice(line)?;
    Ok(Batch {
        first: line.data.first_position,
        last: line.data.last_position,
        recorded_at: line.time,
        batch_id: line.id,
        incarnation: incarnation_of(&line.source).ok_or(BadLine::Attribute("source"))?,
        digest: line.data.digest.0,
        chain_hash: line.data.chain_hash.0,
    })
}

/// An event of an incarnation; its id is what its metadata says.
pub fn write_event(
    out: &mut Vec<u8>,
    event: &Recorded,
    id: Uuid,
    incarnation: Uuid,
) -> serde_json::Result<()> {
    let payload = event.payload_text.as_str();
    let data = if keeps_its_bytes(payload) { Some(serde_json::from_str(payload)?) } else { None };
    let line = EventLine {
        specversion: SPEC_VERSION.into(),
        id,
        source: source_of(incarnation).into(),
        event_type: event.event_type.as_str().into(),
        subject: format!("{}/{}", event.stream.aggregate, event.stream.id).into(),
        time: event.recorded_at,
        datacontenttype: JSON.into(),
        tenant: event.stream.tenant.as_str().into(),
        scope: event.scope.as_ref().map(|scope| scope.as_str().into()),
        position: Number(event.position),
        streamnumber: Number(event.stream_no),
        streamversion: Number(event.version),
        schemaversion: event.schema_version,
        meta: event.meta_text.as_str().into(),
        digest: Bytes(event.digest.clone()),
        data,
        data_base64: data.is_none().then(|| Bytes(payload.as_bytes().to_vec())),
    };
    write(out, &line)
}

/// White space around a value is lost between others, a line ends where a line ends, and null reads as nothing.
fn keeps_its_bytes(payload: &str) -> bool {
    payload.trim().len() == payload.len() && !payload.contains(['\n', '\r']) && payload != "null"
}

fn parse_event(line: &[u8]) -> Result<Recorded, BadLine> {
    let line: EventLine<'_> = serde_json::from_slice(line)?;
    let (aggregate, id) = line.subject.split_once('/').ok_or(BadLine::Attribute("subject"))?;
    let payload_text = match (line.data, line.data_base64) {
        (Some(data), None) => data.get().to_owned(),
        (None, Some(bytes)) => String::from_utf8(bytes.0).map_err(|_| BadLine::Attribute("data_base64"))?,
        _ => return Err(BadLine::Attribute("data")),
    };
    Ok(Recorded {
        position: line.position.0,
        stream: StreamName {
            tenant: named(&line.tenant, "tenant")?,
            aggregate: Cow::Owned(aggregate.to_owned()),
            id: named(id, "subject")?,
        },
        stream_no: line.streamnumber.0,
        version: line.streamversion.0,
        recorded_at: line.time,
        schema_version: line.schemaversion,
        scope: line.scope.map(|scope| named(&scope, "scope")).transpose()?,
        event_type: line.event_type.into_owned(),
        meta_text: line.meta.into_owned(),
        payload_text,
        digest: line.digest.0,
    })
}

fn named<Kind>(text: &str, attribute: &'static str) -> Result<domain::id::Id<Kind>, BadLine> {
    domain::id::Id::new(text).map_err(|_| BadLine::Attribute(attribute))
}

fn write(out: &mut Vec<u8>, line: &impl Serialize) -> serde_json::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.push(b'\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(payload: &str) -> Recorded {
        Recorded {
            position: 5_000_000_000,
            stream: StreamName {
                tenant: named("acme", "").unwrap(),
                aggregate: "workspace".into(),
                id: named("wsp_1", "").unwrap(),
            },
            stream_no: 7,
            version: 3,
            recorded_at: "2026-01-02T03:04:05.678901Z".parse().unwrap(),
            schema_version: 1,
            scope: Some(named("wsp_1", "").unwrap()),
            event_type: "workspace.renamed".into(),
            meta_text: r#"{"event_id":"e","actor":"\"a\u00fc\""}"#.into(),
            payload_text: payload.into(),
            digest: vec![3; 32],
        }
    }

    fn written(payload: &str) -> Vec<u8> {
        let mut line = Vec::new();
        write_event(&mut line, &event(payload), Uuid::from_u128(1), Uuid::from_u128(2)).unwrap();
        assert_eq!(line.pop(), Some(b'\n'));
        line
    }

    #[test]
    fn what_is_kept_is_for_ever() {
        let expected = r#"{"specversion":"1.0","id":"00000000-0000-0000-0000-000000000001","source":"urn:uuid:00000000-0000-0000-0000-000000000002","type":"workspace.renamed","subject":"workspace/wsp_1","time":"2026-01-02T03:04:05.678901Z","datacontenttype":"application/json","tenant":"acme","scope":"wsp_1","position":"5000000000","streamnumber":"7","streamversion":"3","schemaversion":1,"meta":"{\"event_id\":\"e\",\"actor\":\"\\\"a\\u00fc\\\"\"}","digest":"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM","data":{"name":"Orders"}}"#;
        assert_eq!(String::from_utf8(written(r#"{"name":"Orders"}"#)).unwrap(), expected);
    }

    #[test]
    fn a_payload_keeps_its_bytes_whatever_they_are() {
        for payload in [
            "{}",
            r#"{"name" : "Or\u0064ers", "n": 1.000, "n": 2e0}"#,
            " {}",
            "{}\n",
            "{\n \"name\":\r\n 1}",
            "[1, \"\u{2028}\"]",
            "null",
        ] {
            let line = written(payload);
            assert!(!line.contains(&b'\n'), "{payload:?}");
            match parse(&line).unwrap() {
                Line::Event(read) => assert_eq!(read, event(payload), "{payload:?}"),
                Line::Batch(_) => panic!("{payload:?} was read as a batch"),
            }
        }
    }

    #[test]
    fn a_batch_reads_back() {
        let batch = Batch {
            first: 4,
            last: 9,
            recorded_at: "2026-01-02T03:04:05.000001Z".parse().unwrap(),
            batch_id: Uuid::from_u128(3),
            incarnation: Uuid::from_u128(4),
            digest: vec![1; 32],
            chain_hash: vec![2; 32],
        };
        let mut line = Vec::new();
        write_batch(&mut line, &batch).unwrap();
        match parse(line.trim_ascii_end()).unwrap() {
            Line::Batch(read) => assert_eq!(read, batch),
            Line::Event(_) => panic!("it was read as an event"),
        }
    }

    #[test]
    fn what_is_no_line_of_ours_is_refused() {
        for line in ["", "{}", "[]", r#"{"specversion":"1.0","type":"log.batch","id":7}"#] {
            assert!(parse(line.as_bytes()).is_err(), "{line}");
        }
    }
}

//! Events as they go over the wire, written once per process for everybody who follows the live end.

use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use eventstore::event::Recorded;
use eventstore::follow::EventSource;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde::Serialize;
use uuid::Uuid;

use super::change;
use super::shown::show;
use crate::http::PositionToken;

/// Memory for frames that somebody may still want.
const KEPT_BYTES: u64 = 32 * 1024 * 1024;
const KEPT_FRAMES: usize = 16_384;
/// What an entry takes beside its text.
const ENTRY_BYTES: u64 = 128;
/// An older frame is written anew: it may tell of somebody who was erased since.
const AGE_MAX: Duration = Duration::from_secs(30);
/// Clients that lost their connection come back after this long.
const RETRY_MS: u32 = 2_000;

/// Nothing: the event cannot be shown at all.
type Frame = Option<Bytes>;

pub struct Frames {
    source: EventSource,
    kept: Cache<Key, Kept, ByBytes>,
}

/// How events are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Telling {
    Events,
    /// As changes of a base.
    Changes,
}

type Key = (Uuid, i64, Telling);

#[derive(Clone)]
struct Kept {
    frame: Frame,
    written_at: Instant,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Kept> for ByBytes {
    fn weight(&self, _: &Key, kept: &Kept) -> u64 {
        ENTRY_BYTES + kept.frame.as_ref().map_or(0, |frame| frame.len() as u64)
    }
}

impl Frames {
    pub fn new(source: EventSource) -> Self {
        Self { source, kept: Cache::with_weighter(KEPT_FRAMES, KEPT_BYTES, ByBytes) }
    }

    /// The frame of an event of the live end, which many are about to send.
    pub async fn shared(
        &self,
        incarnation: Uuid,
        event: &Arc<Recorded>,
        telling: Telling,
    ) -> Result<Frame, sqlx::Error> {
        let key = (incarnation, event.position, telling);
        let writing = async { self.kept(incarnation, event, telling).await };
        let kept = self.kept.get_or_insert_async(&key, writing).await?;
        if kept.written_at.elapsed() < AGE_MAX {
            return Ok(kept.frame);
        }
        let kept = self.kept(incarnation, event, telling).await?;
        self.kept.insert(key, kept.clone());
        Ok(kept.frame)
    }

    /// The frame of an event of the past.
    pub async fn own(
        &self,
        incarnation: Uuid,
        event: &Recorded,
        telling: Telling,
    ) -> Result<Frame, sqlx::Error> {
        let Some(shown) = show(self.source.sealer(), incarnation, event).await? else {
            return Ok(None);
        };
        let (position, event_type) = (shown.position, shown.event_type.clone());
        let data = match telling {
            Telling::Events => serde_json::to_string(&shown),
            Telling::Changes => change::told(shown).and_then(|told| serde_json::to_string(&told)),
        };
        match data {
            Ok(data) => Ok(Some(frame(Some(position), &event_type, &data))),
            Err(error) => {
                tracing::error!(position = event.position, %error, "an event is left out");
                Ok(None)
            }
        }
    }

    async fn kept(&self, incarnation: Uuid, event: &Recorded, telling: Telling) -> Result<Kept, sqlx::Error> {
        Ok(Kept { frame: self.own(incarnation, event, telling).await?, written_at: Instant::now() })
    }
}

/// What a stream begins with: where it begins, so that it can be resumed before the first event.
pub fn opening(at: PositionToken) -> Bytes {
    let mut text = format!("retry: {RETRY_MS}\n").into_bytes();
    text.extend_from_slice(&watermark(at));
    text.into()
}

/// Everything up to here was looked at.
pub fn watermark(at: PositionToken) -> Bytes {
    said(Some(at), "watermark", &Watermark { position: at })
}

/// The log has begun another history, which so far goes up to here.
pub fn reset(head: PositionToken) -> Bytes {
    said(Some(head), "reset", &Watermark { position: head })
}

pub fn end(reason: &'static str) -> Bytes {
    said(None, "end", &End { reason })
}

/// Keeps the connection busy; clients do not see it.
pub fn heartbeat() -> Bytes {
    Bytes::from_static(b":\n\n")
}

#[derive(Serialize)]
struct Watermark {
    position: PositionToken,
}

#[derive(Serialize)]
struct End {
    reason: &'static str,
}

fn said(id: Option<PositionToken>, event: &str, data: &impl Serialize) -> Bytes {
    // A few short texts cannot fail to be written.
    frame(id, event, &serde_json::to_string(data).unwrap_or_default())
}

/// `data` is JSON without a line break.
fn frame(id: Option<PositionToken>, event: &str, data: &str) -> Bytes {
    let mut text = String::with_capacity(data.len() + event.len() + 96);
    // Writing to memory cannot fail.
    let _ = match id {
        Some(id) => write!(text, "id: {id}\nevent: {event}\ndata: {data}\n\n"),
        None => write!(text, "event: {event}\ndata: {data}\n\n"),
    };
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_what_event_sources_read() {
        let at = PositionToken { incarnation: Uuid::nil(), position: 7 };
        let nil = "00000000-0000-0000-0000-000000000000:7";
        let expected =
            format!("retry: 2000\nid: {nil}\nevent: watermark\ndata: {{\"position\":\"{nil}\"}}\n\n");
        assert_eq!(opening(at), expected.as_bytes());
        assert_eq!(end("token_expired"), "event: end\ndata: {\"reason\":\"token_expired\"}\n\n");
        assert!(reset(at).starts_with(b"id: "));
    }
}

//! Every message of every stream that was ever made for this log, headers and subjects included.

use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::pull::OrderedConfig;
use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::stream::Stream;
use futures_util::TryStreamExt;
use sqlx::Connection;
use tokio::time::timeout;

use super::needle::Needle;
use super::{Place, ProofFailed};
use crate::broker::connect;
use crate::database::{self, Role};

const NAMED_MAX: usize = 5;
/// Longest wait for one message.
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn search(
    database_url: &str,
    nats_url: &str,
    needles: &[Needle],
) -> Result<Vec<Place>, ProofFailed> {
    let mut reader = database::connect(database_url, Role::LogReader).await?;
    let names: Vec<String> =
        sqlx::query_scalar("select name from relay_streams where made_at is not null order by begun_at")
            .fetch_all(&mut reader)
            .await?;
    reader.close().await?;
    let broker = connect(nats_url, "airtide erase").await?;
    let mut places = Vec::new();
    for name in names {
        match broker.context().get_stream(&name).await {
            Ok(stream) => places.push(look_through(&name, stream, needles).await?),
            // Nothing lies in what is gone.
            Err(error) if is_gone(error.kind()) => places.push(Place::of(told(&name), 0, 0)),
            Err(error) => return Err(unseen(&name, error)),
        }
    }
    Ok(places)
}

fn is_gone(kind: GetStreamErrorKind) -> bool {
    matches!(kind, GetStreamErrorKind::JetStream(error) if error.code() == 404)
}

fn told(name: &str) -> String {
    format!("broker {name}")
}

fn unseen(name: &str, why: impl std::fmt::Display) -> ProofFailed {
    ProofFailed::Stream { stream: name.to_owned(), why: why.to_string() }
}

async fn look_through(name: &str, stream: Stream, needles: &[Needle]) -> Result<Place, ProofFailed> {
    let mut place = Place::of(told(name), 0, 0);
    let state = stream.cached_info().state.clone();
    if state.messages == 0 {
        return Ok(place);
    }
    let consumer = stream.create_consumer(OrderedConfig::default()).await.map_err(|why| unseen(name, why))?;
    let mut messages = consumer.messages().await.map_err(|why| unseen(name, why))?;
    loop {
        let next = timeout(PATIENCE, messages.try_next()).await.map_err(|why| unseen(name, why))?;
        let message = next.map_err(|why| unseen(name, why))?.ok_or_else(|| unseen(name, "it ended"))?;
        let sequence = message.info().map_err(|why| unseen(name, why))?.stream_sequence;
        place.looked_at += 1;
        let text = everything(&message);
        if needles.iter().any(|needle| needle.is_in(&text)) {
            place.found += 1;
            if place.at.len() < NAMED_MAX {
                place.at.push(format!("sequence {sequence}"));
            }
        }
        if sequence >= state.last_sequence {
            return Ok(place);
        }
    }
}

/// In small letters.
fn everything(message: &Message) -> String {
    let mut text = format!("{}\n{}", message.subject, String::from_utf8_lossy(&message.payload));
    for (name, values) in message.headers.iter().flat_map(|headers| headers.iter()) {
        text.extend(values.iter().map(|value| format!("\n{name}: {value}")));
    }
    text.to_lowercase()
}

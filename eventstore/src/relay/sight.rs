//! How the broker's copy of the log stands, for operators. Looks and changes nothing.

use std::time::Duration;

use async_nats::jetstream::consumer::Info;
use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::stream::{State, Stream};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgConnection;
use tokio::time::timeout;
use uuid::Uuid;

use super::generation::{Generation, newest};
use crate::broker::{Broker, BrokerFault, connect, label};
use crate::chain_of;
use crate::database::{self, Role, Unfit};
use crate::follow::Head;

/// Consumers that are told.
const CONSUMERS_MAX: usize = 200;
/// A user who may not list consumers is given no answer at all.
const LIST_WITHIN: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RelayState {
    /// There is no broker: everybody reads from the database.
    Off,
    /// The broker does not answer, or does not let us in.
    Unreachable,
    /// Nothing of this incarnation was relayed yet.
    NotBegun,
    /// The stream is gone, or cannot be looked at.
    NoStream,
    /// The stream holds what the log does not.
    NoCopy,
    /// The stream is a copy of the log, as far as it goes.
    Copy,
}

/// The relay at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelaySight {
    pub state: RelayState,
    /// Why it cannot be seen better.
    pub detail: Option<String>,
    pub incarnation: Uuid,
    pub head: i64,
    /// The stream in use, or the one that should be.
    pub stream: Option<StreamSight>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StreamSight {
    pub name: String,
    pub generation: i32,
    /// Sequence in the stream = position - base.
    pub base: i64,
    /// Nothing while the stream cannot be seen.
    pub holds: Option<Holds>,
}

/// What the broker has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holds {
    /// The position up to which the log was published.
    pub published: i64,
    pub lag: i64,
    /// The oldest position that is still there.
    pub oldest: i64,
    pub messages: u64,
    pub bytes: u64,
    /// Nothing when the user of `nats.url` may not list them.
    pub consumers: Option<Vec<ConsumerSight>>,
}

/// A reader of the stream. It is made anew whenever it is lost: how far anybody has read is told by checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsumerSight {
    pub name: String,
    /// The position up to which it was delivered.
    pub delivered: i64,
    pub behind: u64,
    pub created_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum SightFault {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the database cannot be read")]
    Database(#[from] sqlx::Error),
}

/// Looks with a connection of its own to the database and, where there is one, to the broker.
pub async fn sight(database_url: &str, nats_url: Option<&str>) -> Result<RelaySight, SightFault> {
    let Some(nats_url) = nats_url else {
        let mut reader = database::connect(database_url, Role::LogReader).await?;
        let head = end(&mut reader).await?;
        return Ok(RelaySight::without_stream(RelayState::Off, None, head));
    };
    match connect(nats_url, "airtide ops").await {
        Ok(broker) => look(database_url, &broker).await,
        Err(fault) => unreachable(database_url, &fault).await,
    }
}

async fn unreachable(database_url: &str, fault: &BrokerFault) -> Result<RelaySight, SightFault> {
    let mut reader = database::connect(database_url, Role::LogReader).await?;
    let head = end(&mut reader).await?;
    let generation = newest(&mut reader, head.incarnation).await?;
    let stream = generation.as_ref().map(|generation| StreamSight::of(generation, None));
    let without = RelaySight::without_stream(RelayState::Unreachable, Some(chain_of(fault)), head);
    Ok(RelaySight { stream, ..without })
}

/// Looks through a connection to the broker.
pub async fn look(database_url: &str, broker: &Broker) -> Result<RelaySight, SightFault> {
    let mut reader = database::connect(database_url, Role::LogReader).await?;
    let head = end(&mut reader).await?;
    let Some(generation) = newest(&mut reader, head.incarnation).await? else {
        return Ok(RelaySight::without_stream(RelayState::NotBegun, None, head));
    };
    match broker.context().get_stream(&generation.name).await {
        Err(error) => {
            let state = match error.kind() {
                GetStreamErrorKind::JetStream(_) => RelayState::NoStream,
                _ => RelayState::Unreachable,
            };
            let stream = Some(StreamSight::of(&generation, None));
            Ok(RelaySight { stream, ..RelaySight::without_stream(state, Some(chain_of(&error)), head) })
        }
        Ok(stream) => Ok(of_stream(&mut reader, &generation, &stream).await?),
    }
}

async fn of_stream(
    reader: &mut PgConnection,
    generation: &Generation,
    stream: &Stream,
) -> sqlx::Result<RelaySight> {
    // Before the log is asked for its end: what comes meanwhile makes no difference.
    let state = stream.cached_info().state.clone();
    let head = end(reader).await?;
    let is_copy = is_copy(reader, generation, stream, &state, head).await?;
    let published = generation.position_of(state.last_sequence);
    let holds = Holds {
        published,
        lag: (head.position - published).max(0),
        oldest: generation.position_of(state.first_sequence),
        messages: state.messages,
        bytes: state.bytes,
        consumers: consumers(generation, stream).await,
    };
    Ok(RelaySight {
        state: if is_copy { RelayState::Copy } else { RelayState::NoCopy },
        detail: None,
        incarnation: head.incarnation,
        head: head.position,
        stream: Some(StreamSight::of(generation, Some(holds))),
    })
}

/// Whether the last message is the event that lies at its position.
async fn is_copy(
    reader: &mut PgConnection,
    generation: &Generation,
    stream: &Stream,
    state: &State,
    head: Head,
) -> sqlx::Result<bool> {
    let position = generation.position_of(state.last_sequence);
    if state.last_sequence == 0 {
        return Ok(position <= head.position);
    }
    // An event whose id was taken away is none that could have been relayed.
    let written: Option<Option<String>> =
        sqlx::query_scalar("select meta ->> 'event_id' from events where position = $1")
            .bind(position)
            .fetch_optional(reader)
            .await?;
    let written = written.flatten();
    let relayed = match stream.get_raw_message(state.last_sequence).await {
        Ok(message) => label(&message.headers).ok().map(|label| label.event_id.to_string()),
        // Too old by now: only its place can be judged.
        Err(_) => written.clone(),
    };
    Ok(position <= head.position && relayed == written)
}

async fn consumers(generation: &Generation, stream: &Stream) -> Option<Vec<ConsumerSight>> {
    let listing = async {
        let mut consumers = stream.consumers();
        let mut found = Vec::new();
        while let Some(info) = consumers.try_next().await? {
            found.push(ConsumerSight::of(generation, info));
            if found.len() >= CONSUMERS_MAX {
                break;
            }
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok::<_, async_nats::jetstream::stream::ConsumersError>(found)
    };
    timeout(LIST_WITHIN, listing).await.ok()?.ok()
}

async fn end(reader: &mut PgConnection) -> sqlx::Result<Head> {
    let (incarnation, position) = sqlx::query_as(
        "select incarnation, last_position from log_batches order by last_position desc limit 1",
    )
    .fetch_one(reader)
    .await?;
    Ok(Head { incarnation, position })
}

impl RelaySight {
    fn without_stream(state: RelayState, detail: Option<String>, head: Head) -> Self {
        Self { state, detail, incarnation: head.incarnation, head: head.position, stream: None }
    }
}

impl StreamSight {
    fn of(generation: &Generation, holds: Option<Holds>) -> Self {
        Self { name: generation.name.clone(), generation: generation.number, base: generation.base, holds }
    }
}

impl ConsumerSight {
    fn of(generation: &Generation, info: Info) -> Self {
        Self {
            name: info.name,
            delivered: generation.position_of(info.delivered.stream_sequence),
            behind: info.num_pending,
            created_at: Timestamp::from_nanosecond(info.created.unix_timestamp_nanos()).unwrap_or_default(),
        }
    }
}

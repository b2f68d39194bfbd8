//! Receives the live end from the broker, for as long as the process lives: whatever goes wrong, it begins again, and
//! meanwhile Postgres is read.

use std::convert::Infallible;
use std::time::Duration;

use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::{Ordered, OrderedConfig, OrderedError};
use async_nats::jetstream::context::GetStreamError;
use async_nats::jetstream::stream::{ConsumerError, Stream};
use async_nats::jetstream::{Message, consumer::StreamError};
use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::time::interval;

use super::super::Head;
use super::{Incoming, Received};
use crate::backoff::Backoff;
use crate::broker::{BrokerFault, NoEvent, connect, label, recorded};
use crate::chain_of;
use crate::read::Reader;
use crate::relay::{Generation, RelayFault, compare, newest};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often it is looked whether the broker still delivers. A consumer that is behind and delivered nothing from one look
/// to the next is made anew: they are known to stall.
const LOOK_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
enum ReceivingFault {
    #[error(transparent)]
    Broker(#[from] BrokerFault),
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
    #[error("no stream was made for the log yet")]
    NoStream,
    #[error("the stream cannot be looked at")]
    Look(#[from] GetStreamError),
    #[error(transparent)]
    Stream(#[from] RelayFault),
    #[error("no consumer can be made")]
    Consumer(#[from] ConsumerError),
    #[error("messages cannot be asked for")]
    Messages(#[from] StreamError),
    #[error("messages cannot be received")]
    Receive(#[from] OrderedError),
    #[error("a message is no event of the log")]
    NoEvent(#[from] NoEvent),
    #[error("after position {after} came {found}")]
    Gap { after: i64, found: i64 },
    #[error("the consumer delivers nothing any more")]
    Stalled,
    #[error("the consumer ended")]
    Ended,
}

pub struct Receiving {
    pub nats_url: String,
    pub reader: Reader,
    pub head: watch::Receiver<Head>,
    pub incoming: Incoming,
}

impl Receiving {
    pub async fn run(self) {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut reported = String::new();
        loop {
            let mut has_received = false;
            let fault = match self.session(&mut has_received).await {
                Ok(never) => match never {},
                Err(fault) => fault,
            };
            self.incoming.end();
            if has_received {
                backoff.reset();
                reported.clear();
            }
            report(&fault, &mut reported);
            backoff.pause().await;
        }
    }

    /// From a connection to the first fault.
    async fn session(&self, has_received: &mut bool) -> Result<Infallible, ReceivingFault> {
        let broker = connect(&self.nats_url, "airtide tail").await?;
        let incarnation = self.reader.end().await?.incarnation;
        let generation = newest(self.reader.pool(), incarnation).await?.filter(|newest| newest.is_made);
        let generation = generation.ok_or(ReceivingFault::NoStream)?;
        let stream = broker.context().get_stream(&generation.name).await?;
        let state = stream.cached_info().state.clone();
        compare(&self.reader, &generation, &stream, &state).await?;
        let mut messages = messages_after(&stream, state.last_sequence).await?;
        let mut position = generation.position_of(state.last_sequence);
        self.incoming.begin(Received { incarnation, position });
        let (mut looks, mut seen) = (interval(LOOK_EVERY), None);
        loop {
            tokio::select! {
                message = messages.next() => {
                    let message = message.ok_or(ReceivingFault::Ended)??;
                    position = self.accept(&generation, position, &message)?;
                    *has_received = true;
                }
                () = broker.lost() => return Err(BrokerFault::Lost.into()),
                _ = looks.tick() => {
                    let is_behind = self.head.borrow().position > position;
                    if is_behind && seen == Some(position) {
                        return Err(ReceivingFault::Stalled);
                    }
                    seen = is_behind.then_some(position);
                }
            }
        }
    }

    /// Takes a message; says up to where everything was received then.
    fn accept(&self, generation: &Generation, after: i64, message: &Message) -> Result<i64, ReceivingFault> {
        let headers = message.headers.as_ref().ok_or(NoEvent::Header("of an event"))?;
        let label = label(headers)?;
        if label.incarnation != generation.incarnation {
            return Err(RelayFault::OtherIncarnation(label.incarnation).into());
        }
        if label.position <= after {
            return Ok(after);
        }
        if label.position != after + 1 {
            return Err(ReceivingFault::Gap { after, found: label.position });
        }
        self.incoming.add(label.incarnation, recorded(&message.subject, headers, &message.payload)?);
        Ok(label.position)
    }
}

async fn messages_after(stream: &Stream, sequence: u64) -> Result<Ordered, ReceivingFault> {
    let consumer = stream
        .create_consumer(OrderedConfig {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: sequence + 1 },
            ..Default::default()
        })
        .await?;
    Ok(consumer.messages().await?)
}

/// Once for each fault, not for each of its repetitions.
fn report(fault: &ReceivingFault, reported: &mut String) {
    let error = chain_of(fault);
    if *reported == error {
        return;
    }
    match fault {
        ReceivingFault::NoStream | ReceivingFault::Stream(RelayFault::OtherIncarnation(_)) => {
            tracing::debug!(error, "the live end is read from the database");
        }
        _ => tracing::warn!(error, "the live end is read from the database, until the broker delivers again"),
    }
    *reported = error;
}

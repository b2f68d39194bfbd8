//! Publishes page after page, each event under the condition that the one before it is the stream's last. So several
//! relays may do the same at once, a message that is lost on the way stops all behind it, and the stream itself says
//! how far the log is relayed.

use std::convert::Infallible;
use std::time::Duration;

use async_nats::header::{NATS_EXPECTED_LAST_SEQUENCE, NATS_EXPECTED_STREAM};
use async_nats::jetstream::context::PublishAckFuture;
use sqlx::PgPool;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::compare::compare;
use super::fault::RelayFault;
use super::generation;
use super::target::Target;
use crate::broker::{BrokerFault, headers, subject};
use crate::event::Recorded;
use crate::fail_points::{FailPoint, pass};
use crate::follow::{Cursor, EventPage, EventSource};

/// Messages that wait for their acknowledgement. The client would take no more than 5,000.
const WINDOW: usize = 1_024;
/// How often the stream is looked at although nothing seems to be wrong.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Under load pages are read no more often than this: each is a question to Postgres.
const PACE: Duration = Duration::from_millis(2);

/// A message that the broker has not acknowledged yet.
struct Sent {
    position: i64,
    sequence: u64,
    ack: PublishAckFuture,
}

/// Publishes what comes after a position, until something is in the way.
pub struct Publisher<'a> {
    pool: &'a PgPool,
    source: &'a EventSource,
    target: &'a Target,
    cursor: Cursor,
    sent: mpsc::Sender<Sent>,
    acks: JoinSet<RelayFault>,
    reached: &'a watch::Sender<i64>,
}

impl<'a> Publisher<'a> {
    pub fn new(
        pool: &'a PgPool,
        source: &'a EventSource,
        target: &'a Target,
        after: i64,
        reached: &'a watch::Sender<i64>,
    ) -> Self {
        reached.send_replace(after);
        let (sent, awaited) = mpsc::channel(WINDOW);
        let mut acks = JoinSet::new();
        acks.spawn(await_in_order(awaited, target.name(), reached.clone()));
        Self { pool, source, target, cursor: source.after_from_database(after), sent, acks, reached }
    }

    pub async fn run(mut self) -> Result<Infallible, RelayFault> {
        if self.cursor.incarnation() != self.target.generation.incarnation {
            return Err(RelayFault::OtherIncarnation(self.cursor.incarnation()));
        }
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                fault = ended(&mut self.acks) => return Err(fault),
                () = self.target.broker().lost() => return Err(BrokerFault::Lost.into()),
                _ = looks.tick() => self.look().await?,
                page = self.cursor.next_page() => self.publish_page(&page?).await?,
            }
        }
    }

    async fn publish_page(&mut self, page: &EventPage) -> Result<(), RelayFault> {
        let begun = Instant::now();
        for event in &page.events {
            pass(FailPoint::BeforePublish);
            let sent = self.publish(event).await?;
            if self.sent.send(sent).await.is_err() {
                return Err(ended(&mut self.acks).await);
            }
        }
        sleep_until(begun + PACE).await;
        Ok(())
    }

    async fn publish(&self, event: &Recorded) -> Result<Sent, RelayFault> {
        let position = event.position;
        let generation = &self.target.generation;
        let sequence = generation.sequence_of(position);
        let headers = headers(event, generation.incarnation);
        let mut headers = headers.map_err(|source| RelayFault::Unwritable { position, source })?;
        headers.insert(NATS_EXPECTED_STREAM, generation.name.as_str());
        headers.insert(NATS_EXPECTED_LAST_SEQUENCE, (sequence - 1).to_string());
        let body = event.payload_text.clone().into();
        let publishing = self.target.broker().context().publish_with_headers(subject(event), headers, body);
        let ack = publishing.await.map_err(|source| RelayFault::of_publishing(position, source))?;
        Ok(Sent { position, sequence, ack })
    }

    /// What nobody tells us: the stream is gone or was changed, has lost its end, or is no copy of the log any more.
    async fn look(&self) -> Result<(), RelayFault> {
        let acknowledged = *self.reached.borrow();
        let (stream, state) = self.target.look().await?;
        let generation = &self.target.generation;
        if generation.position_of(state.last_sequence) < acknowledged {
            return Err(RelayFault::EndLost { name: self.target.name() });
        }
        if let Some(newest) = generation::newest(self.pool, generation.incarnation).await?
            && newest.number != generation.number
        {
            return Err(RelayFault::OtherGeneration { name: newest.name });
        }
        compare(self.source.reader(), generation, &stream, &state).await
    }
}

/// The acknowledgements come in the order of the messages; the first that fails ends all.
async fn await_in_order(
    mut sent: mpsc::Receiver<Sent>,
    name: String,
    reached: watch::Sender<i64>,
) -> RelayFault {
    while let Some(Sent { position, sequence, ack }) = sent.recv().await {
        match ack.await {
            Ok(ack) if ack.stream == name && ack.sequence == sequence && !ack.duplicate => {
                pass(FailPoint::AfterPublish);
                reached.send_replace(position);
            }
            Ok(ack) => {
                return RelayFault::OddAnswer { position, sequence: ack.sequence, stream: ack.stream };
            }
            Err(source) => return RelayFault::of_publishing(position, source),
        }
    }
    RelayFault::Ended
}

/// Why the acknowledgements came to an end.
async fn ended(acks: &mut JoinSet<RelayFault>) -> RelayFault {
    match acks.join_next().await {
        Some(Ok(fault)) => fault,
        Some(Err(_)) => RelayFault::Panicked,
        None => RelayFault::Ended,
    }
}

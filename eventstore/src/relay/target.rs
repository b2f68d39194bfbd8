//! The stream in use at the broker: found, made, put right, or given up for the next generation.

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, State, Stream};
use futures_util::TryStreamExt;
use sqlx::PgPool;

use super::fault::RelayFault;
use super::generation::{self, Generation};
use crate::append::Head;
use crate::broker::{Broker, Retention, SUBJECTS, config, differences, retired};

/// Events that a new stream begins with. What lies before them is read from Postgres, as everything old is.
const REFILLED_EVENTS: i64 = 1_000_000;

/// A copy of the log's end, as far as the broker has it.
pub struct Target {
    pub generation: Generation,
    broker: Broker,
    wanted: Config,
}

impl Target {
    /// The stream of the newest generation; the first one, or the next after a lost one, is made.
    pub async fn open(
        pool: &PgPool,
        broker: &Broker,
        retention: Retention,
        head: Head,
    ) -> Result<Self, RelayFault> {
        let base = (head.position - REFILLED_EVENTS).max(0);
        let generation = match generation::newest(pool, head.incarnation).await? {
            Some(generation) => generation,
            None => begun(pool, head, 1, base).await?,
        };
        let target = Self::of(generation, broker, retention);
        match target.stream().await {
            Err(RelayFault::StreamLost { name }) if target.generation.is_made => {
                tracing::warn!(name, "the stream is lost; the next generation begins");
                let next = begun(pool, head, target.generation.number + 1, base).await?;
                Self::of(next, broker, retention).make(pool).await
            }
            Err(RelayFault::StreamLost { .. }) => target.make(pool).await,
            Err(fault) => Err(fault),
            Ok(stream) => target.put_right(pool, stream).await,
        }
    }

    fn of(generation: Generation, broker: &Broker, retention: Retention) -> Self {
        let wanted = config(&generation.name, retention);
        Self { generation, broker: broker.clone(), wanted }
    }

    pub fn broker(&self) -> &Broker {
        &self.broker
    }

    /// How far the stream has come. A stream that is gone, or was configured anew behind our back, is a fault.
    pub async fn look(&self) -> Result<(Stream, State), RelayFault> {
        let stream = self.stream().await?;
        let info = stream.cached_info();
        let differences = differences(&self.wanted, &info.config);
        if !differences.is_empty() {
            return Err(RelayFault::OtherConfig { name: self.name(), differences });
        }
        let state = info.state.clone();
        Ok((stream, state))
    }

    pub fn name(&self) -> String {
        self.generation.name.clone()
    }

    async fn stream(&self) -> Result<Stream, RelayFault> {
        let name = self.name();
        self.broker.context().get_stream(&name).await.map_err(|source| match source.kind() {
            GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                RelayFault::StreamLost { name }
            }
            _ => RelayFault::Look { name, source },
        })
    }

    /// Two relays may make it at the same time: the second finds it made as it wanted.
    async fn make(self, pool: &PgPool) -> Result<Self, RelayFault> {
        let stream = match self.create().await {
            Err(fault) if is_overlap(&fault) => {
                self.retire_others(pool).await?;
                self.create().await?
            }
            outcome => outcome?,
        };
        tracing::info!(name = self.name(), base = self.generation.base, "made a stream");
        self.put_right(pool, stream).await
    }

    async fn create(&self) -> Result<Stream, RelayFault> {
        let created = self.broker.context().create_stream(self.wanted.clone()).await;
        created.map_err(|source| RelayFault::Create { name: self.name(), source })
    }

    /// Streams of earlier histories of this log leave their subjects to this one, and keep their messages.
    async fn retire_others(&self, pool: &PgPool) -> Result<(), RelayFault> {
        for info in self.overlapping().await? {
            let name = info.name.clone();
            let is_ours = match generation::incarnation_of(&name) {
                Some(incarnation) => generation::is_ours(pool, incarnation).await?,
                None => false,
            };
            if !is_ours {
                return Err(RelayFault::Occupied { name });
            }
            let updated = self.broker.context().update_stream(retired(info)).await;
            updated.map_err(|source| RelayFault::Update { name: name.clone(), source })?;
            tracing::warn!(name, "put the stream of an earlier history out of the way");
        }
        Ok(())
    }

    async fn overlapping(&self) -> Result<Vec<Config>, RelayFault> {
        let unlisted = |error: &dyn std::error::Error| RelayFault::List(crate::chain_of(error));
        let mut names = self.broker.context().stream_names();
        let mut found = Vec::new();
        while let Some(name) = names.try_next().await.map_err(|error| unlisted(&error))? {
            let stream = self.broker.context().get_stream(&name).await;
            let stream = stream.map_err(|source| RelayFault::Look { name, source })?;
            let config = stream.cached_info().config.clone();
            if config.subjects.iter().any(|subject| subject == SUBJECTS || subject.starts_with("ev.")) {
                found.push(config);
            }
        }
        Ok(found)
    }

    /// A stream may be configured otherwise than wanted because we want something else now, or by somebody's hand.
    async fn put_right(self, pool: &PgPool, stream: Stream) -> Result<Self, RelayFault> {
        let found = differences(&self.wanted, &stream.cached_info().config);
        if !found.is_empty() {
            self.configure_anew(&found).await?;
        }
        if !self.generation.is_made {
            generation::mark_made(pool, &self.generation).await?;
        }
        Ok(self)
    }

    async fn configure_anew(&self, found: &[&str]) -> Result<(), RelayFault> {
        let (name, found) = (self.name(), found.join(", "));
        tracing::warn!(name, found, "the stream is configured otherwise than wanted; setting it right");
        let updated = self.broker.context().update_stream(&self.wanted).await;
        let echoed = updated.map_err(|source| RelayFault::Update { name: name.clone(), source })?;
        let differences = differences(&self.wanted, &echoed.config);
        if differences.is_empty() { Ok(()) } else { Err(RelayFault::OtherConfig { name, differences }) }
    }
}

fn is_overlap(fault: &RelayFault) -> bool {
    let RelayFault::Create { source, .. } = fault else { return false };
    matches!(source.kind(), CreateStreamErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::STREAM_SUBJECT_OVERLAP)
}

/// Begins a generation, or takes what another relay has begun meanwhile.
async fn begun(pool: &PgPool, head: Head, number: i32, base: i64) -> Result<Generation, RelayFault> {
    generation::begin(pool, head.incarnation, number, base).await?;
    generation::newest(pool, head.incarnation).await?.ok_or(RelayFault::OtherIncarnation(head.incarnation))
}

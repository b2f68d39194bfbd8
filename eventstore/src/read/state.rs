//! The state of an aggregate as it was: at a version, at a position of the log, or at a time.

use domain::identity::TenantId;
use domain::stored::Stored;
use jiff::Timestamp;

use super::Reader;
use crate::event::{Recorded, StreamId, StreamName};
use crate::limits::PAGE_EVENTS_MAX;
use crate::payload::{self, ReadFault};
use crate::seal::Place;
use crate::snapshot;

/// A moment in the life of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Now,
    Version(i64),
    Position(i64),
    Time(Timestamp),
}

impl At {
    fn includes(self, event: &Recorded) -> bool {
        match self {
            At::Now => true,
            At::Version(version) => event.version <= version,
            At::Position(position) => event.position <= position,
            At::Time(time) => event.recorded_at <= time,
        }
    }
}

/// A state and the version it has; version zero: the stream did not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct StateAt<A> {
    pub state: A,
    pub version: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum StateFault {
    #[error("the log cannot be read")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Read(#[from] ReadFault),
}

impl Reader {
    /// Folds a stream up to a moment, from the last snapshot before it.
    pub async fn state_at<A: Stored>(
        &self,
        tenant: &TenantId,
        id: StreamId,
        at: At,
    ) -> Result<StateAt<A>, StateFault> {
        let stream = StreamName { tenant: tenant.clone(), aggregate: A::TYPE.into(), id };
        let mut folded =
            self.snapshot_before(&stream, at).await?.unwrap_or(StateAt { state: A::default(), version: 0 });
        loop {
            let page = self.stream(&stream, folded.version, PAGE_EVENTS_MAX).await?;
            for event in page.iter().take_while(|event| at.includes(event)) {
                folded.state.apply(payload::read(&self.sealer, event).await?);
                folded.version = event.version;
            }
            // Times and positions never go back within a stream, so the first event past the moment ends it.
            if page.len() < PAGE_EVENTS_MAX || page.last().is_some_and(|last| !at.includes(last)) {
                return Ok(folded);
            }
        }
    }

    async fn snapshot_before<A: Stored>(
        &self,
        stream: &StreamName,
        at: At,
    ) -> Result<Option<StateAt<A>>, StateFault> {
        let row: Option<(i64, String)> = sqlx::query_as(
            "select n.version, n.state::text from snapshots n
             where n.tenant = $1 and n.type = $2 and n.id = $3 and n.state_hash = $4
               and exists (select from events e where e.position = n.position and e.stream_no = n.stream_no
                           and e.seq = n.version)",
        )
        .bind(stream.tenant.as_str())
        .bind(&*stream.aggregate)
        .bind(stream.id.as_str())
        .bind(snapshot::state_hash::<A>())
        .fetch_optional(&self.pool)
        .await?;
        let Some((version, text)) = row else {
            return Ok(None);
        };
        let fits = self.event_at(stream, version).await?.is_some_and(|event| at.includes(&event));
        if !fits {
            return Ok(None);
        }
        // A snapshot that cannot be read is no loss: the events are there.
        let state = self.sealer.read(&Place::Snapshot { stream: stream.clone(), version }, &text).await.ok();
        Ok(state.map(|state| StateAt { state, version }))
    }
}

//! The hash chain: a digest per event, a hash per batch that covers everything before it.

pub(crate) mod rows;
mod verify;
pub(crate) mod walk;

pub use verify::{Extent, Progress, Sound, verify};

use aws_lc_rs::digest::{Context, SHA256, digest};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::event::Recorded;

/// What an event's digest is taken over: all its columns but those that are given to it under the lock
/// (position, time, and the stream's number, which is a position too).
pub struct Digested<'a> {
    pub version: i64,
    pub schema_version: i16,
    pub tenant: &'a str,
    pub scope: Option<&'a str>,
    pub aggregate: &'a str,
    pub id: &'a str,
    pub event_type: &'a str,
    pub meta: &'a str,
    pub payload: &'a str,
}

impl<'a> Digested<'a> {
    pub fn of(event: &'a Recorded) -> Self {
        Self {
            version: event.version,
            schema_version: event.schema_version,
            tenant: event.stream.tenant.as_str(),
            scope: event.scope.as_ref().map(|scope| scope.as_str()),
            aggregate: &event.stream.aggregate,
            id: event.stream.id.as_str(),
            event_type: &event.event_type,
            meta: &event.meta_text,
            payload: &event.payload_text,
        }
    }

    /// SHA-256 over the columns, each behind its length, so that no two rows read the same.
    pub fn digest(&self) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        context.update(&self.version.to_be_bytes());
        context.update(&self.schema_version.to_be_bytes());
        let texts = [self.tenant, self.aggregate, self.id, self.event_type, self.meta, self.payload];
        for text in texts.into_iter().map(Some).chain([self.scope]) {
            // Absent is not the same as empty.
            context.update(&text.map_or(-1, |text| text.len() as i64).to_be_bytes());
            context.update(text.unwrap_or_default().as_bytes());
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.finish().as_ref());
        bytes
    }
}

/// The hash that a batch adds to the chain.
pub fn chain_hash(
    previous: &[u8],
    positions: std::ops::RangeInclusive<i64>,
    recorded_at: Timestamp,
    incarnation: Uuid,
    batch_digest: &[u8],
) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    context.update(previous);
    context.update(&positions.start().to_be_bytes());
    context.update(&positions.end().to_be_bytes());
    context.update(&(recorded_at.as_microsecond() - MICROSECONDS_TO_2000).to_be_bytes());
    context.update(incarnation.as_bytes());
    context.update(batch_digest);
    context.finish().as_ref().to_vec()
}

/// Postgres counts time from the year 2000.
const MICROSECONDS_TO_2000: i64 = 946_684_800_000_000;

/// What is wrong with the log, at the first place where anything is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("event {position} is not what was recorded: its digest differs")]
    Event { position: i64 },
    #[error("event {position} should be there and is not")]
    Missing { position: i64 },
    #[error("event {position} has another time than its batch")]
    Time { position: i64 },
    #[error("the directory of streams does not lead to event {position}, which begins one")]
    Directory { position: i64 },
    #[error("event {position} is filed under the number of another stream")]
    Stream { position: i64 },
    #[error("event {position} has version {version} where its stream comes to {expected}")]
    Version { position: i64, version: i64, expected: i64 },
    #[error("the batch of positions {first} to {last} does not follow from the one before it")]
    Batch { first: i64, last: i64 },
    #[error("event {position} lies behind the last batch")]
    BehindHead { position: i64 },
}

/// Why a walk came to no good end.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error("the database cannot be read")]
    Database(#[from] sqlx::Error),
}

/// Recomputes digests, chain, positions and versions of the whole log, and says where it ends.
pub async fn check(reader: &mut PgConnection) -> sqlx::Result<Result<i64, Broken>> {
    match verify(reader, Extent::WHOLE, &mut |_| ()).await {
        Ok(sound) => Ok(Ok(sound.last)),
        Err(Unsound::Broken(broken)) => Ok(Err(broken)),
        Err(Unsound::Database(error)) => Err(error),
    }
}

/// The digest of a batch: SHA-256 over the digests of its events, in order.
pub fn batch_digest<'a>(digests: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let joined: Vec<u8> = digests.into_iter().flatten().copied().collect();
    digest(&SHA256, &joined).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: Digested<'static> = Digested {
        version: 1,
        schema_version: 1,
        tenant: "t",
        scope: None,
        aggregate: "workspace",
        id: "w",
        event_type: "workspace.created",
        meta: "{}",
        payload: "{}",
    };

    #[test]
    fn every_column_counts_and_none_runs_into_its_neighbour() {
        let changed = [
            Digested { version: 2, ..EVENT },
            Digested { schema_version: 2, ..EVENT },
            Digested { tenant: "u", ..EVENT },
            Digested { scope: Some(""), ..EVENT },
            Digested { scope: Some("w"), ..EVENT },
            Digested { aggregate: "workspacew", id: "", ..EVENT },
            Digested { meta: "{ }", ..EVENT },
            Digested { payload: "{ }", ..EVENT },
        ];
        for other in changed {
            assert_ne!(other.digest(), EVENT.digest());
        }
    }
}

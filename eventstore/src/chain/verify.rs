//! Walks the whole log and recomputes everything that can be.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use sqlx::{AssertSqlSafe, PgConnection, Row};

use jiff::Timestamp;
use uuid::Uuid;

use super::{Broken, Digested, batch_digest, chain_hash};
use crate::event::{COLUMNS, Recorded};

const BATCHES_IN_A_PAGE: i64 = 100;

struct Batch {
    first: i64,
    last: i64,
    recorded_at: Timestamp,
    incarnation: Uuid,
    digest: Vec<u8>,
    chain_hash: Vec<u8>,
}

pub struct Walk {
    last: i64,
    chain_hash: Vec<u8>,
    /// By number of the stream. Its size is that of the directory of streams.
    streams: HashMap<i64, Stream>,
    /// Keyed anew for each walk, so that no name can be made to hash like another.
    names: RandomState,
}

/// A stream as far as it was walked. Its name is kept as a hash, to save memory.
#[derive(Clone, Copy)]
struct Stream {
    name: u64,
    version: i64,
}

impl Walk {
    pub async fn begin(reader: &mut PgConnection) -> sqlx::Result<Result<i64, Broken>> {
        let mut walk =
            Walk { last: 0, chain_hash: Vec::new(), streams: HashMap::new(), names: RandomState::new() };
        loop {
            let batches = batches_after(reader, walk.last).await?;
            if batches.is_empty() {
                return walk.end(reader).await;
            }
            for batch in batches {
                let events = events_between(reader, batch.first, batch.last).await?;
                if let Err(broken) = walk.step(&batch, &events) {
                    return Ok(Err(broken));
                }
                if let Some(position) = unlisted(reader, batch.first, batch.last).await? {
                    return Ok(Err(Broken::Directory { position }));
                }
            }
        }
    }

    async fn end(self, reader: &mut PgConnection) -> sqlx::Result<Result<i64, Broken>> {
        // In one statement: while this walks, batches come.
        let behind: Option<i64> = sqlx::query_scalar(
            "select min(position) from events where position > (select max(last_position) from log_batches)",
        )
        .fetch_one(reader)
        .await?;
        Ok(match behind {
            Some(position) => Err(Broken::BehindHead { position }),
            None => Ok(self.last),
        })
    }

    fn step(&mut self, batch: &Batch, events: &[Recorded]) -> Result<(), Broken> {
        if batch.first != self.last + 1 {
            return Err(Broken::Missing { position: self.last + 1 });
        }
        let mut events_at = events.iter();
        for position in batch.first..=batch.last {
            let event = events_at.next().filter(|event| event.position == position);
            let event = event.ok_or(Broken::Missing { position })?;
            self.step_event(event)?;
        }
        let digest = batch_digest(events.iter().map(|event| event.digest.as_slice()));
        let hash = chain_hash(
            &self.chain_hash,
            batch.first..=batch.last,
            batch.recorded_at,
            batch.incarnation,
            &digest,
        );
        if digest != batch.digest || hash != batch.chain_hash {
            return Err(Broken::Batch { first: batch.first, last: batch.last });
        }
        // The chain covers the time of the batch, and an event has no other.
        if let Some(event) = events.iter().find(|event| event.recorded_at != batch.recorded_at) {
            return Err(Broken::Time { position: event.position });
        }
        self.last = batch.last;
        self.chain_hash = hash;
        Ok(())
    }

    fn step_event(&mut self, event: &Recorded) -> Result<(), Broken> {
        let position = event.position;
        let digested = Digested {
            version: event.version,
            schema_version: event.schema_version,
            tenant: event.stream.tenant.as_str(),
            scope: event.scope.as_ref().map(|scope| scope.as_str()),
            aggregate: &event.stream.aggregate,
            id: event.stream.id.as_str(),
            event_type: &event.event_type,
            meta: &event.meta_text,
            payload: &event.payload_text,
        };
        if digested.digest().as_slice() != event.digest {
            return Err(Broken::Event { position });
        }
        self.step_stream(event)
    }

    /// The number of a stream is in no digest, because it is a position: that of the stream's first event.
    fn step_stream(&mut self, event: &Recorded) -> Result<(), Broken> {
        let position = event.position;
        let begins = Stream { name: self.names.hash_one(&event.stream), version: 0 };
        let stream = *self.streams.get(&event.stream_no).unwrap_or(&begins);
        let is_first = position == event.stream_no;
        if stream.name != begins.name || is_first != (stream.version == 0) {
            return Err(Broken::Stream { position });
        }
        if event.version != stream.version + 1 {
            return Err(Broken::Version { position, version: event.version, expected: stream.version + 1 });
        }
        let version = event.version;
        self.streams.insert(event.stream_no, Stream { version, ..stream });
        Ok(())
    }
}

async fn batches_after(reader: &mut PgConnection, last: i64) -> sqlx::Result<Vec<Batch>> {
    let rows = sqlx::query(
        "select first_position, last_position, recorded_at, incarnation, digest, chain_hash
         from log_batches where last_position > $1 order by last_position limit $2",
    )
    .bind(last)
    .bind(BATCHES_IN_A_PAGE)
    .fetch_all(reader)
    .await?;
    let batch = |row: &sqlx::postgres::PgRow| {
        Ok(Batch {
            first: row.try_get("first_position")?,
            last: row.try_get("last_position")?,
            recorded_at: row.try_get::<jiff_sqlx::Timestamp, _>("recorded_at")?.to_jiff(),
            incarnation: row.try_get("incarnation")?,
            digest: row.try_get("digest")?,
            chain_hash: row.try_get("chain_hash")?,
        })
    };
    rows.iter().map(batch).collect()
}

/// The first event of a stream that the directory of streams does not lead to.
async fn unlisted(reader: &mut PgConnection, first: i64, last: i64) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar(
        "select min(e.position) from events e
         left join streams s on s.id = e.id and s.tenant = e.tenant and s.type = e.type
         where e.position between $1 and $2 and e.seq = 1 and s.stream_no is distinct from e.position",
    )
    .bind(first)
    .bind(last)
    .fetch_one(reader)
    .await
}

async fn events_between(reader: &mut PgConnection, first: i64, last: i64) -> sqlx::Result<Vec<Recorded>> {
    let sql = format!("select {COLUMNS} from events e where position between $1 and $2 order by position");
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(first).bind(last).fetch_all(reader).await?;
    rows.iter().map(Recorded::from_row).collect()
}

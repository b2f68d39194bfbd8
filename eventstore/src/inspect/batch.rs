//! The batch that an event was committed with.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::Inspector;

/// Events that were committed together, and their place in the chain of hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Batch {
    pub batch_id: Uuid,
    pub incarnation: Uuid,
    pub first_position: i64,
    pub last_position: i64,
    pub recorded_at: Timestamp,
    /// In hexadecimal digits, as is the next.
    pub digest: String,
    pub chain_hash: String,
}

type Row = (Uuid, Uuid, i64, i64, jiff_sqlx::Timestamp, String, String);

impl Inspector {
    /// Nothing behind the end of the log.
    pub async fn batch_of(&self, position: i64) -> sqlx::Result<Option<Batch>> {
        let row: Option<Row> = sqlx::query_as(
            "select batch_id, incarnation, first_position, last_position, recorded_at, encode(digest, 'hex'),
                    encode(chain_hash, 'hex')
             from log_batches where last_position >= $1 order by last_position limit 1",
        )
        .bind(position)
        .fetch_optional(&self.pool)
        .await?;
        let batch =
            |(batch_id, incarnation, first_position, last_position, recorded_at, digest, chain_hash): Row| {
                let recorded_at = recorded_at.to_jiff();
                Batch {
                    batch_id,
                    incarnation,
                    first_position,
                    last_position,
                    recorded_at,
                    digest,
                    chain_hash,
                }
            };
        Ok(row.map(batch))
    }
}

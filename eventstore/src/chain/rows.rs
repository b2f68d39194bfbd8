//! What a walk reads: batches, their events, and the places between which they lie.

use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use uuid::Uuid;

use crate::event::{COLUMNS, Recorded};

const BATCHES_IN_A_PAGE: i64 = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub first: i64,
    pub last: i64,
    pub recorded_at: Timestamp,
    pub batch_id: Uuid,
    pub incarnation: Uuid,
    pub digest: Vec<u8>,
    pub chain_hash: Vec<u8>,
}

/// A place between two batches: what the chain has come to there.
#[derive(Default)]
pub struct Link {
    pub position: i64,
    pub chain_hash: Vec<u8>,
}

pub async fn head(reader: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("select last_position from log_batches order by last_position desc limit 1")
        .fetch_one(reader)
        .await
}

pub async fn batches_after(reader: &mut PgConnection, last: i64) -> sqlx::Result<Vec<Batch>> {
    batches_between(reader, last, i64::MAX).await
}

/// The next batches of a page, up to one that ends at a position.
pub async fn batches_between(reader: &mut PgConnection, last: i64, end: i64) -> sqlx::Result<Vec<Batch>> {
    let rows = sqlx::query(
        "select first_position, last_position, recorded_at, batch_id, incarnation, digest, chain_hash
         from log_batches where last_position > $1 and last_position <= $3 order by last_position limit $2",
    )
    .bind(last)
    .bind(BATCHES_IN_A_PAGE)
    .bind(end)
    .fetch_all(reader)
    .await?;
    rows.iter().map(batch).collect()
}

/// Some batches drawn at random, in order, none of them before the one that holds a position.
pub async fn drawn_batches(reader: &mut PgConnection, from: i64, batches: i64) -> sqlx::Result<Vec<Batch>> {
    let rows = sqlx::query(
        "select first_position, last_position, recorded_at, batch_id, incarnation, digest, chain_hash from log_batches
         where last_position in (select last_position from log_batches where last_position >= $1
                                 order by random() limit $2)
         order by last_position",
    )
    .bind(from)
    .bind(batches)
    .fetch_all(reader)
    .await?;
    rows.iter().map(batch).collect()
}

fn batch(row: &PgRow) -> sqlx::Result<Batch> {
    Ok(Batch {
        first: row.try_get("first_position")?,
        last: row.try_get("last_position")?,
        recorded_at: row.try_get::<jiff_sqlx::Timestamp, _>("recorded_at")?.to_jiff(),
        batch_id: row.try_get("batch_id")?,
        incarnation: row.try_get("incarnation")?,
        digest: row.try_get("digest")?,
        chain_hash: row.try_get("chain_hash")?,
    })
}

/// The place before the batch that holds a position.
pub async fn link_before_batch_of(reader: &mut PgConnection, position: i64) -> sqlx::Result<Link> {
    let first: Option<i64> = sqlx::query_scalar(
        "select first_position from log_batches where last_position >= $1 order by last_position limit 1",
    )
    .bind(position)
    .fetch_optional(&mut *reader)
    .await?;
    link_before(reader, first.unwrap_or(position)).await
}

/// The place before a batch.
pub async fn link_before(reader: &mut PgConnection, first: i64) -> sqlx::Result<Link> {
    let found: Option<(i64, Vec<u8>)> = sqlx::query_as(
        "select last_position, chain_hash from log_batches where last_position between 1 and $1 - 1
         order by last_position desc limit 1",
    )
    .bind(first)
    .fetch_optional(reader)
    .await?;
    Ok(found.map_or_else(Link::default, |(position, chain_hash)| Link { position, chain_hash }))
}

pub async fn events_between(reader: &mut PgConnection, first: i64, last: i64) -> sqlx::Result<Vec<Recorded>> {
    let sql = format!("select {COLUMNS} from events e where position between $1 and $2 order by position");
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(first).bind(last).fetch_all(reader).await?;
    rows.iter().map(Recorded::from_row).collect()
}

/// The first event of a stream that the directory of streams does not lead to.
pub async fn unlisted(reader: &mut PgConnection, first: i64, last: i64) -> sqlx::Result<Option<i64>> {
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

/// In one statement: while somebody looks, batches come.
pub async fn behind_head(reader: &mut PgConnection) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar(
        "select min(position) from events where position > (select max(last_position) from log_batches)",
    )
    .fetch_one(reader)
    .await
}

//! Begins another incarnation of the log, after a restore that lost events: whoever remembers the history before it
//! learns that it is another one now.
//!
//! The beginning is an event itself, the only one that no aggregate decides. So it has a position, lies in the hash
//! chain, and says for ever why it was necessary and up to where both histories are the same.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{Connection, PgConnection, PgTransaction};
use uuid::Uuid;

use crate::chain::{Digested, batch_digest, chain_hash};
use crate::database::{self, Role, Unfit};
use crate::event::Meta;
use crate::limits::{LimitExceeded, check_json};

pub const EVENT_TYPE: &str = "log.incarnation_begun";
const AGGREGATE: &str = "log";
const ACTOR: &str = "operator";
pub const REASON_BYTES_MAX: usize = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum BeginFailed {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("a reason has 1 to {REASON_BYTES_MAX} bytes")]
    Reason,
    #[error("the reason cannot be kept")]
    Text(#[from] LimitExceeded),
    #[error("the beginning cannot be written down")]
    Json(#[from] serde_json::Error),
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
}

/// What has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Begun {
    pub previous: Uuid,
    pub incarnation: Uuid,
    /// Up to here both histories are the same.
    pub last_common_position: i64,
    /// Read models that go on.
    pub goes_on: Vec<ReadModel>,
    /// Read models that hold what this history does not: they stand still until they are made anew.
    pub stands_still: Vec<ReadModel>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadModel {
    pub name: String,
    pub version: i32,
    pub position: i64,
}

type Row = (String, i32, i64);

impl From<Row> for ReadModel {
    fn from((name, version, position): Row) -> Self {
        Self { name, version, position }
    }
}

/// The payload of the event. Stored for ever: fields may be added.
#[derive(Serialize, Deserialize)]
struct Beginning<'a> {
    previous: Uuid,
    last_common_position: i64,
    reason: Cow<'a, str>,
}

/// The end of the log before.
struct End {
    position: i64,
    chain_hash: Vec<u8>,
    /// Time in the log never goes back.
    now: Timestamp,
    incarnation: Uuid,
}

/// Begins an incarnation at the present end of the log, all or nothing.
pub async fn begin(database_url: &str, reason: &str) -> Result<Begun, BeginFailed> {
    if !(1..=REASON_BYTES_MAX).contains(&reason.trim().len()) {
        return Err(BeginFailed::Reason);
    }
    let mut connection = database::connect(database_url, Role::LogWriter).await?;
    let mut transaction = connection.begin().await?;
    let end = lock_end(&mut transaction).await?;
    let incarnation = Uuid::now_v7();
    write(&mut transaction, &end, incarnation, reason.trim()).await?;
    let (goes_on, stands_still) = carry_read_models(&mut transaction, &end, incarnation).await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(Begun {
        previous: end.incarnation,
        incarnation,
        last_common_position: end.position,
        goes_on,
        stands_still,
    })
}

/// Under the lock of the log nobody appends. A statement of its own, so that the next one sees what was appended before.
async fn lock_end(transaction: &mut PgTransaction<'_>) -> sqlx::Result<End> {
    sqlx::query("lock table log_lock in exclusive mode").execute(&mut **transaction).await?;
    let (position, chain_hash, now, incarnation): (i64, Vec<u8>, jiff_sqlx::Timestamp, Uuid) =
        sqlx::query_as(
            "select last_position, chain_hash, greatest(clock_timestamp(), recorded_at), incarnation
             from log_batches order by last_position desc limit 1",
        )
        .fetch_one(&mut **transaction)
        .await?;
    Ok(End { position, chain_hash, now: now.to_jiff(), incarnation })
}

/// A batch of one event, in a stream of its own, chained to the batch before it.
async fn write(
    transaction: &mut PgTransaction<'_>,
    end: &End,
    incarnation: Uuid,
    reason: &str,
) -> Result<(), BeginFailed> {
    let beginning = Beginning {
        previous: end.incarnation,
        last_common_position: end.position,
        reason: Cow::Borrowed(reason),
    };
    let payload = serde_json::to_string(&beginning)?;
    check_json(&payload)?;
    let meta = serde_json::to_string(&meta())?;
    let (position, id) = (end.position + 1, incarnation.simple().to_string());
    let digested = Digested {
        version: 1,
        schema_version: 1,
        tenant: domain::identity::PLATFORM_TENANT,
        scope: None,
        aggregate: AGGREGATE,
        id: &id,
        event_type: EVENT_TYPE,
        meta: &meta,
        payload: &payload,
    };
    let digest = digested.digest();
    sqlx::query("insert into streams(tenant, type, id, stream_no) values ($1, $2, $3, $4)")
        .bind(digested.tenant)
        .bind(digested.aggregate)
        .bind(&id)
        .bind(position)
        .execute(&mut **transaction)
        .await?;
    sqlx::query(
        "insert into events(position, stream_no, seq, recorded_at, schema_version, tenant, type, id, event_type,
                            meta, payload, digest)
         values ($1, $1, 1, $2, 1, $3, $4, $5, $6, $7::text::json, $8::text::json, $9)",
    )
    .bind(position)
    .bind(jiff_sqlx::Timestamp::from(end.now))
    .bind(digested.tenant)
    .bind(digested.aggregate)
    .bind(&id)
    .bind(EVENT_TYPE)
    .bind(&meta)
    .bind(&payload)
    .bind(digest.as_slice())
    .execute(&mut **transaction)
    .await?;
    let batch = batch_digest([digest.as_slice()]);
    let hash = chain_hash(&end.chain_hash, position..=position, end.now, incarnation, &batch);
    sqlx::query(
        "insert into log_batches(last_position, first_position, recorded_at, batch_id, incarnation, digest, chain_hash)
         values ($1, $1, $2, $3, $4, $5, $6)",
    )
    .bind(position)
    .bind(jiff_sqlx::Timestamp::from(end.now))
    .bind(Uuid::now_v7())
    .bind(incarnation)
    .bind(batch)
    .bind(hash)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// The incarnations before the present one, with the last position that the log shares with each.
pub(crate) async fn earlier(reader: &mut PgConnection) -> sqlx::Result<HashMap<Uuid, i64>> {
    let payloads: Vec<String> = sqlx::query_scalar(
        "select e.payload::text from streams s join events e on e.position = s.stream_no
         where s.tenant = $1 and s.type = $2 and e.event_type = $3",
    )
    .bind(domain::identity::PLATFORM_TENANT)
    .bind(AGGREGATE)
    .bind(EVENT_TYPE)
    .fetch_all(reader)
    .await?;
    // One that cannot be read is not what was recorded, which the chain tells.
    let beginnings = payloads.iter().filter_map(|text| serde_json::from_str::<Beginning>(text).ok());
    Ok(beginnings.map(|beginning| (beginning.previous, beginning.last_common_position)).collect())
}

fn meta() -> Meta {
    Meta {
        event_id: Uuid::now_v7(),
        command_id: Uuid::now_v7(),
        actor: ACTOR.to_owned(),
        api_key: None,
        correlation_id: None,
        causation_id: None,
        traceparent: None,
        request_id: None,
        network: None,
    }
}

/// What was made of the common past is right in this history, too.
async fn carry_read_models(
    transaction: &mut PgTransaction<'_>,
    end: &End,
    incarnation: Uuid,
) -> sqlx::Result<(Vec<ReadModel>, Vec<ReadModel>)> {
    sqlx::query("set local role projector").execute(&mut **transaction).await?;
    let goes_on: Vec<Row> = sqlx::query_as(
        "update projection_checkpoints set incarnation = $1, updated_at = clock_timestamp()
          where incarnation = $2 and position <= $3 returning name, version, position",
    )
    .bind(incarnation)
    .bind(end.incarnation)
    .bind(end.position)
    .fetch_all(&mut **transaction)
    .await?;
    let stands_still: Vec<Row> = sqlx::query_as(
        "select name, version, position from projection_checkpoints where incarnation <> $1 order by name, version",
    )
    .bind(incarnation)
    .fetch_all(&mut **transaction)
    .await?;
    let named = |rows: Vec<Row>| rows.into_iter().map(ReadModel::from).collect();
    Ok((named(goes_on), named(stands_still)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_for_ever() {
        let beginning = Beginning {
            previous: Uuid::nil(),
            last_common_position: 41,
            reason: "restored the backup of 3 May".into(),
        };
        assert_eq!(
            serde_json::to_string(&beginning).unwrap(),
            r#"{"previous":"00000000-0000-0000-0000-000000000000","last_common_position":41,"reason":"restored the backup of 3 May"}"#
        );
    }
}

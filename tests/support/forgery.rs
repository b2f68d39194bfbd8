//! Changes a log as somebody does who may write the database and knows how the chain is made.

use eventstore::chain::{Digested, batch_digest, chain_hash};
use jiff::Timestamp;
use sqlx::{Executor, PgConnection};
use uuid::Uuid;

use crate::database;
use crate::log::TestLog;

/// Takes away everything after a position that ends a batch, and leaves no trace of it.
pub async fn cut_off(log: &TestLog, after: i64) {
    let mut admin = database::superuser(&log.url).await;
    for deletion in [
        "delete from events where position > $1",
        "delete from log_batches where last_position > $1",
        "delete from streams where stream_no > $1",
    ] {
        sqlx::query(deletion).bind(after).execute(&mut admin).await.expect("the tail goes");
    }
}

/// Changes the payload of an event and recomputes all that is computed from it.
pub async fn rewrite(log: &TestLog, position: i64, payload: &str) {
    let event = log.log.reader().between(position, position).await.expect("the log is read").remove(0);
    let digest = Digested { payload, ..Digested::of(&event) }.digest();
    let mut admin = database::superuser(&log.url).await;
    let change = sqlx::query("update events set payload = $1::text::json, digest = $2 where position = $3");
    let change = change.bind(payload).bind(digest.as_slice()).bind(position);
    admin.execute(change).await.expect("the event is changed");
    chain_anew(&mut admin).await;
}

/// First and last position, microseconds since 1970, incarnation.
type Batch = (i64, i64, i64, Uuid);

/// The whole chain, as it is computed from the digests.
async fn chain_anew(admin: &mut PgConnection) {
    let batches: Vec<Batch> = sqlx::query_as(
        "select first_position, last_position, (extract(epoch from recorded_at) * 1000000)::bigint, incarnation
         from log_batches where last_position > 0 order by last_position",
    )
    .fetch_all(&mut *admin)
    .await
    .expect("the batches are read");
    let mut previous = Vec::new();
    for (first, last, recorded_at, incarnation) in batches {
        let digest = digest_between(admin, first, last).await;
        let recorded_at = Timestamp::from_microsecond(recorded_at).expect("a time");
        previous = chain_hash(&previous, first..=last, recorded_at, incarnation, &digest);
        let change =
            sqlx::query("update log_batches set digest = $1, chain_hash = $2 where last_position = $3");
        let change = change.bind(digest).bind(previous.clone()).bind(last);
        admin.execute(change).await.expect("the batch is changed");
    }
}

async fn digest_between(admin: &mut PgConnection, first: i64, last: i64) -> Vec<u8> {
    let digests: Vec<Vec<u8>> =
        sqlx::query_scalar("select digest from events where position between $1 and $2 order by position")
            .bind(first)
            .bind(last)
            .fetch_all(admin)
            .await
            .expect("the digests are read");
    batch_digest(digests.iter().map(Vec::as_slice))
}

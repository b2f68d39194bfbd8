//! What an event costs in a log of ten million events, against one of a hundred thousand.

use std::time::Duration;

use serde::Serialize;
use sqlx::{Connection, PgConnection};

use crate::append::executor;
use crate::cluster::{Cluster, Database};
use crate::{Outcome, median, workspace};

const CLIENTS: usize = 64;
const EACH: Duration = Duration::from_secs(5);
const ROUNDS: usize = 5;
const SMALL: i64 = 100_000;
/// So that what is measured still falls into the first partition of events, beside its ten million neighbours.
const LARGE: i64 = 9_400_000;
const CHUNK: i64 = 200_000;

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub events: i64,
    pub us_per_event: f64,
    pub ratio_to_small: f64,
}

pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let small = filled(cluster, SMALL).await?;
    let large = filled(cluster, LARGE).await?;
    let (small_log, large_log) = (small.open_log().await?, large.open_log().await?);
    let (mut of_small, mut of_large, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let in_small = 1e6 / executor::measure(&small_log, CLIENTS, EACH).await?.per_s;
        let in_large = 1e6 / executor::measure(&large_log, CLIENTS, EACH).await?.per_s;
        of_small.push(in_small);
        of_large.push(in_large);
        ratios.push(in_large / in_small);
    }
    small_log.close().await;
    large_log.close().await;
    cluster.drop_database(small).await?;
    cluster.drop_database(large).await?;
    Ok(vec![
        Line { case: "small", events: SMALL, us_per_event: median(of_small), ratio_to_small: 1.0 },
        Line { case: "large", events: LARGE, us_per_event: median(of_large), ratio_to_small: median(ratios) },
    ])
}

/// A log with so many events, written past the executor: rows of the same size, under the same indexes.
pub async fn filled(cluster: &Cluster, events: i64) -> Outcome<Database> {
    let database = cluster.fresh_database().await?;
    let mut superuser = database.superuser().await?;
    sqlx::query("set synchronous_commit = off").execute(&mut superuser).await?;
    let mut from = 1;
    while from <= events {
        let to = (from + CHUNK - 1).min(events);
        fill(&mut superuser, from, to).await?;
        from = to + 1;
    }
    sqlx::query("vacuum analyze").execute(&mut superuser).await?;
    sqlx::query("checkpoint").execute(&mut superuser).await?;
    superuser.close().await?;
    Ok(database)
}

/// Each position begins a stream of its own, under a key, in batches of 64: what the measured load writes.
async fn fill(superuser: &mut PgConnection, from: i64, to: i64) -> Outcome<()> {
    let mut transaction = superuser.begin().await?;
    sqlx::query(
        "insert into events(position, stream_no, seq, recorded_at, schema_version, tenant, scope, type, id,
                            event_type, meta, payload, digest)
         select n, n, 1, now(), 1, 'tenant_' || n % 50, md5(n::text), 'workspace', md5(n::text), 'workspace.created',
                json_build_object('event_id', gen_random_uuid(), 'command_id', gen_random_uuid(), 'actor', 'usr_bench'),
                json_build_object('name', 'Invoices', 'description', $3::text), sha256(int8send(n))
         from generate_series($1::bigint, $2::bigint) n",
    )
    .bind(from)
    .bind(to)
    .bind(workspace::description())
    .execute(&mut *transaction)
    .await?;
    for statement in [
        "insert into streams(tenant, type, id, stream_no)
         select 'tenant_' || n % 50, 'workspace', md5(n::text), n from generate_series($1::bigint, $2::bigint) n",
        "insert into command_log(command_id, day, first_position, events, request_mac, recorded_at)
         select gen_random_uuid(), (now() at time zone 'UTC')::date, n, 1, sha256(int8send(n)), now()
         from generate_series($1::bigint, $2::bigint) n",
        "insert into log_batches(last_position, first_position, recorded_at, batch_id, incarnation, digest, chain_hash)
         select least(n + 63, $2), n, now(), gen_random_uuid(), (select incarnation from log_batches limit 1),
                sha256(int8send(n)), sha256(int8send(n))
         from generate_series($1::bigint, $2::bigint, 64) n",
    ] {
        sqlx::query(statement).bind(from).bind(to).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

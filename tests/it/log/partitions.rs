//! Partitions are made before they are needed, and days of commands are dropped once they are past keeping.

use eventstore::database::{Role, connect};
use eventstore::partitions::{AHEAD, COMMAND_DAYS_AHEAD, POSITIONS, Tail, make_ahead, tail};
use sqlx::{Executor, PgConnection};
use support::database;
use support::log::{TestLog, command, create, keyed, request};

async fn partitions_of(table: &str, admin: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "select inhrelid::regclass::text from pg_inherits where inhparent = $1::text::regclass order by 1",
    )
    .bind(table)
    .fetch_all(admin)
    .await
    .unwrap()
}

/// The tail of this log, if it were as long.
async fn tail_at(position: i64, admin: &mut PgConnection) -> Option<Tail> {
    tail(admin).await.unwrap().map(|tail| Tail { position, ..tail })
}

#[tokio::test]
async fn a_log_begins_with_partitions_ahead() {
    let mut admin = database::superuser(&database::fresh().await).await;
    let events = partitions_of("events", &mut admin).await;
    assert_eq!(events, ["events_p0", "events_p1", "events_p2"]);
    let days = partitions_of("command_log", &mut admin).await;
    assert_eq!(days.len() as i32, 1 + COMMAND_DAYS_AHEAD);
}

#[tokio::test]
async fn partitions_follow_the_head_and_making_them_twice_changes_nothing() {
    let url = database::fresh().await;
    let mut owner = connect(&url, Role::Owner).await.unwrap();
    let mut admin = database::superuser(&url).await;
    for _ in 0..2 {
        // The next event lies in partition 3 already.
        let tail = tail_at(3 * POSITIONS - 1, &mut admin).await;
        make_ahead(&mut owner, tail).await.unwrap();
        let made = partitions_of("events", &mut admin).await;
        assert_eq!(made.len() as i64, 3 + 1 + AHEAD);
    }
}

/// A partition without it would take a second event with the same version.
#[tokio::test]
async fn every_partition_of_events_keeps_versions_unique() {
    let mut admin = database::superuser(&database::fresh().await).await;
    let indexed: Vec<String> = sqlx::query_scalar(
        "select indrelid::regclass::text from pg_index i
         where indisunique and indisvalid and pg_get_indexdef(indexrelid) like '%(stream_no, seq)' order by 1",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert_eq!(indexed, partitions_of("events", &mut admin).await);
}

#[tokio::test]
async fn a_table_that_an_earlier_attempt_could_not_attach_is_made_anew() {
    let url = database::fresh().await;
    let mut owner = connect(&url, Role::Owner).await.unwrap();
    owner.execute("create table events_p3 (like events)").await.unwrap();
    let mut admin = database::superuser(&url).await;
    let tail = tail_at(POSITIONS, &mut admin).await;
    make_ahead(&mut owner, tail).await.unwrap();
    assert!(partitions_of("events", &mut admin).await.contains(&"events_p3".to_owned()));
}

#[tokio::test]
async fn days_of_commands_past_keeping_are_dropped() {
    let url = database::fresh().await;
    let mut owner = connect(&url, Role::Owner).await.unwrap();
    let mut admin = database::superuser(&url).await;
    let days = partitions_of("command_log", &mut admin).await;
    owner
        .execute("create table command_log_20200101 partition of command_log for values in ('2020-01-01')")
        .await
        .unwrap();
    make_ahead(&mut owner, None).await.unwrap();
    assert_eq!(partitions_of("command_log", &mut admin).await, days);
}

/// Time in the log never goes back, so its days follow the clock that was ahead, and keys go on being kept.
#[tokio::test]
async fn a_clock_that_was_ahead_does_not_stop_commands_with_keys() {
    let log = TestLog::open().await;
    let executor = log.executor();
    command(&executor, &request(), "invoices", create("Invoices")).await.unwrap();
    let mut admin = database::superuser(&log.url).await;
    admin.execute("update log_batches set recorded_at = recorded_at + interval '10 days'").await.unwrap();

    let mut owner = connect(&log.url, Role::Owner).await.unwrap();
    make_ahead(&mut owner, tail(&mut admin).await.unwrap()).await.unwrap();
    let asked = keyed(&executor, "key-1", "orders");
    let first = command(&executor, &asked, "orders", create("Orders")).await.unwrap();
    let retry = command(&executor, &asked, "orders", create("Orders")).await.unwrap();
    assert_eq!((retry.replayed, retry.position), (true, first.position));
}

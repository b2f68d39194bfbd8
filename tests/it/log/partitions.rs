//! Partitions are made before they are needed, and days of commands are dropped once they are past keeping.

use eventstore::database::{Role, connect};
use eventstore::partitions::{AHEAD, COMMAND_DAYS_AHEAD, POSITIONS, make_ahead};
use sqlx::{Executor, PgConnection};
use support::database;

async fn partitions_of(table: &str, admin: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "select inhrelid::regclass::text from pg_inherits where inhparent = $1::text::regclass order by 1",
    )
    .bind(table)
    .fetch_all(admin)
    .await
    .unwrap()
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
        make_ahead(&mut owner, 3 * POSITIONS - 1).await.unwrap();
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
    make_ahead(&mut owner, POSITIONS).await.unwrap();
    let mut admin = database::superuser(&url).await;
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
    make_ahead(&mut owner, 0).await.unwrap();
    assert_eq!(partitions_of("command_log", &mut admin).await, days);
}

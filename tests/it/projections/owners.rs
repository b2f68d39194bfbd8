//! A read model has one writer among all processes, another takes over from a lost one, and a lost one writes nothing.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use projections::RunningProjections;
use sqlx::PgConnection;
use support::log::{TestLog, command, create, request, write_versions};
use support::projections::{assert_rows_equal_the_log, checkpoints_at_head, position_of, start};
use support::{database, wait};
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(10);
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(5);

async fn owners(admin: &mut PgConnection) -> Vec<Uuid> {
    sqlx::query_scalar(
        "select owner from projection_checkpoints where owner is not null and lease_until > clock_timestamp()",
    )
    .fetch_all(admin)
    .await
    .unwrap()
}

async fn all_owned(admin: &mut PgConnection) -> BTreeSet<Uuid> {
    let all = projections::all().len();
    wait::until_true("every read model has an owner", SOON, async || owners(admin).await.len() == all).await;
    BTreeSet::from_iter(owners(admin).await)
}

/// As if its process were killed: nothing is given back.
fn kill(running: RunningProjections) {
    drop(running);
}

#[tokio::test]
async fn another_process_takes_over_from_a_killed_one() {
    let log = TestLog::open().await;
    let other = log.another_node().await;
    let first = start(&log.log, &log.url).await;
    let mut admin = database::superuser(&log.url).await;
    let before = all_owned(&mut admin).await;
    assert_eq!(before.len(), 1, "the first process owns everything");
    let second = start(&other, &log.url).await;
    write_versions(&log.executor(), "invoices", 1..=20).await;
    checkpoints_at_head(&log.url, SOON).await;
    assert_eq!(all_owned(&mut admin).await, before, "nobody takes over from one who lives");

    kill(first);
    write_versions(&log.executor(), "invoices", 21..=40).await;
    let begun = Instant::now();
    checkpoints_at_head(&log.url, SOON).await;
    assert!(begun.elapsed() < TAKEN_OVER_WITHIN, "it took {:?}", begun.elapsed());
    assert!(all_owned(&mut admin).await.is_disjoint(&before));
    assert_rows_equal_the_log(&other, &log.url).await;
    second.stop().await;
    other.close().await;
}

#[tokio::test]
async fn one_that_stops_in_order_is_followed_at_once() {
    let log = TestLog::open().await;
    let other = log.another_node().await;
    let first = start(&log.log, &log.url).await;
    let mut admin = database::superuser(&log.url).await;
    let before = all_owned(&mut admin).await;
    let second = start(&other, &log.url).await;
    first.stop().await;
    let begun = Instant::now();
    wait::until_true("the other owns everything", SOON, async || {
        all_owned(&mut admin).await.is_disjoint(&before)
    })
    .await;
    assert!(begun.elapsed() < Duration::from_secs(2), "it took {:?}", begun.elapsed());
    second.stop().await;
    other.close().await;
}

#[tokio::test]
async fn one_whose_lease_was_taken_writes_nothing() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    let mut admin = database::superuser(&log.url).await;
    command(&log.executor(), &request(), "before", create("Before")).await.unwrap();
    checkpoints_at_head(&log.url, SOON).await;
    let stolen = "update projection_checkpoints set owner = gen_random_uuid(),
                         lease_until = clock_timestamp() + interval '4 seconds' where name = 'workspaces'";
    sqlx::query(stolen).execute(&mut admin).await.unwrap();

    command(&log.executor(), &request(), "after", create("After")).await.unwrap();
    running.progress().wait_for("activity", 2, SOON).await.unwrap();
    wait::let_pass(Duration::from_secs(1)).await;
    let rows: i64 =
        sqlx::query_scalar("select count(*) from read.workspaces").fetch_one(&mut admin).await.unwrap();
    assert_eq!((rows, position_of(&mut admin, "workspaces").await), (1, 1));

    checkpoints_at_head(&log.url, SOON).await;
    assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}

//! Rows that were made of another history than the log's are not added to.

use std::time::Duration;

use support::log::{TestLog, command, create, request, write_versions};
use support::projections::{caught_up, position_of, start};
use support::{database, wait};

const SOON: Duration = Duration::from_secs(10);

async fn as_superuser(log: &TestLog, sql: &'static str) {
    sqlx::query(sql).execute(&mut database::superuser(&log.url).await).await.unwrap();
}

#[tokio::test]
async fn a_projection_stands_still_when_the_log_begins_another_incarnation() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=3).await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let first = log.log.head().borrow().incarnation;
    as_superuser(&log, "update log_batches set incarnation = gen_random_uuid() where last_position = 3")
        .await;
    let mut head = log.log.head();
    let changed = head.wait_for(|head| head.incarnation != first);
    tokio::time::timeout(SOON, changed).await.unwrap().unwrap();
    wait::until_true("a command passes", SOON, async || {
        command(&log.executor(), &request(), "orders", create("Orders")).await.is_ok()
    })
    .await;
    wait::let_pass(Duration::from_secs(1)).await;
    let mut admin = database::superuser(&log.url).await;
    assert_eq!(position_of(&mut admin, "workspaces").await, 3);

    // What an operator does who knows that everything up to here is common to both.
    let accepted = "update projection_checkpoints
                    set incarnation = (select incarnation from log_batches order by last_position desc limit 1)";
    as_superuser(&log, accepted).await;
    caught_up(&log.log, &running).await;
    running.stop().await;
}

#[tokio::test]
async fn a_projection_that_is_ahead_of_the_log_skips_nothing() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=3).await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    running.stop().await;
    // As after a restore of the log alone.
    as_superuser(&log, "update projection_checkpoints set position = 5").await;
    let running = start(&log.log, &log.url).await;
    write_versions(&log.executor(), "invoices", 4..=4).await;
    wait::let_pass(Duration::from_secs(1)).await;
    let mut admin = database::superuser(&log.url).await;
    assert_eq!(position_of(&mut admin, "workspaces").await, 5);
    let version: i64 =
        sqlx::query_scalar("select max(version) from read.workspaces").fetch_one(&mut admin).await.unwrap();
    assert_eq!(version, 3);
    running.stop().await;
}

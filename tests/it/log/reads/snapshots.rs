//! Snapshots: written after a hundred events, used while they fit the code and can be read, never needed.

use std::time::Duration;

use domain::identity::Workspace;
use eventstore::Log;
use eventstore::execute::Plan;
use eventstore::read::At;
use sqlx::AssertSqlSafe;
use support::log::{TestLog, rename, request, stream_id, tenant, write_versions};
use support::{database, wait};

/// A state that no events lead to, so whoever sees it has read the snapshot.
const TAMPERED: &str = r#"{"details":{"name":"From the snapshot","description":""},"archived":false}"#;

pub async fn version(log: &TestLog) -> Option<i64> {
    sqlx::query_scalar("select version from snapshots where id = 'invoices'")
        .fetch_optional(&mut database::superuser(&log.url).await)
        .await
        .unwrap()
}

/// A workspace of so many events and its snapshot at version 100.
async fn with_snapshot(events: i64) -> TestLog {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=events).await;
    wait::until_true("the snapshot is written", Duration::from_secs(10), async || {
        version(&log).await == Some(100)
    })
    .await;
    log
}

async fn tamper(log: &TestLog, change: String) {
    let sql = format!("update snapshots set {change} where id = 'invoices'");
    sqlx::query(AssertSqlSafe(sql)).execute(&mut database::superuser(&log.url).await).await.unwrap();
}

/// The name that readers see.
async fn name_read(log: &TestLog) -> String {
    let read = log
        .log
        .reader()
        .state_at::<Workspace>(&tenant("acme"), stream_id("invoices"), At::Now)
        .await
        .unwrap();
    read.state.name().unwrap().to_owned()
}

/// Whether a fresh executor believes that this is the name already, and has nothing to do then.
async fn is_name_decided_on(node: &Log, name: &str, at: i64) -> bool {
    let plan = Plan::new().decide_at::<Workspace>(&tenant("acme"), stream_id("invoices"), at, rename(name));
    let receipt = node.executor().execute(&request(), plan).await.unwrap();
    receipt.event_ids.is_empty()
}

#[tokio::test]
async fn there_is_none_before_a_hundred_events() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=99).await;
    // One that comes later than the next is written in turn, so that one tells that nothing was under way.
    write_versions(&log.executor(), "orders", 1..=100).await;
    wait::until_true("the other's snapshot is written", Duration::from_secs(10), async || {
        let other = sqlx::query_scalar::<_, i64>("select version from snapshots where id = 'orders'");
        other.fetch_optional(&mut database::superuser(&log.url).await).await.unwrap().is_some()
    })
    .await;
    assert_eq!(version(&log).await, None);
}

#[tokio::test]
async fn readers_and_executors_begin_with_it() {
    let log = with_snapshot(100).await;
    tamper(&log, format!("state = '{TAMPERED}'")).await;
    assert_eq!(name_read(&log).await, "From the snapshot");
    let fresh = log.another_node().await;
    assert!(is_name_decided_on(&fresh, "From the snapshot", 100).await);
    fresh.close().await;
}

#[tokio::test]
async fn events_after_it_are_folded_on_top() {
    let log = with_snapshot(103).await;
    assert_eq!(name_read(&log).await, "Name 103");
    let fresh = log.another_node().await;
    assert!(is_name_decided_on(&fresh, "Name 103", 103).await);
    fresh.close().await;
}

/// Code that folds events in another way has another hash, and finds no snapshot of its own.
#[tokio::test]
async fn one_of_other_code_is_left_alone() {
    let log = with_snapshot(100).await;
    tamper(&log, format!("state = '{TAMPERED}', state_hash = state_hash + 1")).await;
    assert_eq!(name_read(&log).await, "Name 100");
    let fresh = log.another_node().await;
    assert!(is_name_decided_on(&fresh, "Name 100", 100).await);
    fresh.close().await;
}

#[tokio::test]
async fn one_that_cannot_be_read_is_left_alone() {
    let log = with_snapshot(100).await;
    tamper(&log, r#"state = '{"details":7}'"#.into()).await;
    assert_eq!(name_read(&log).await, "Name 100");
    let fresh = log.another_node().await;
    assert!(is_name_decided_on(&fresh, "Name 100", 100).await);
    fresh.close().await;
}

/// As a restore leaves it: a snapshot of events that are not in the log any more.
#[tokio::test]
async fn a_snapshot_without_its_event_is_left_alone() {
    let log = with_snapshot(100).await;
    write_versions(&log.executor(), "orders", 1..=3).await;
    let stray = "insert into snapshots
        select n.tenant, n.type, s.id, s.stream_no, n.version, n.position, n.state_hash, n.state
        from snapshots n join streams s on s.id = 'orders'";
    sqlx::query(stray).execute(&mut database::superuser(&log.url).await).await.unwrap();

    let node = log.another_node().await;
    let rename = Plan::new().decide::<Workspace>(&tenant("acme"), stream_id("orders"), rename("After"));
    assert_eq!(node.executor().execute(&request(), rename).await.unwrap().version(), 4);
    let read =
        node.reader().state_at::<Workspace>(&tenant("acme"), stream_id("orders"), At::Now).await.unwrap();
    assert_eq!((read.state.name(), read.version), (Some("After"), 4));
    node.close().await;
}

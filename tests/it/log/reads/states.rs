//! The state of an aggregate at a version, a position or a time.

use std::time::Duration;

use domain::identity::Workspace;
use eventstore::read::{At, StateAt};
use support::log::{TestLog, command, create, request, stream_id, stream_of, tenant, write_versions};
use support::wait;

async fn state(log: &TestLog, at: At) -> StateAt<Workspace> {
    log.log.reader().state_at(&tenant("acme"), stream_id("invoices"), at).await.unwrap()
}

async fn name_and_version(log: &TestLog, at: At) -> (Option<String>, i64) {
    let found = state(log, at).await;
    (found.state.name().map(String::from), found.version)
}

fn named(number: i64) -> (Option<String>, i64) {
    (Some(format!("Name {number}")), number)
}

/// Events of `invoices` at positions 2, 4 and 6, those of `orders` between them.
async fn interleaved() -> TestLog {
    let log = TestLog::open().await;
    for count in 1..=3 {
        write_versions(&log.executor(), "orders", [count]).await;
        write_versions(&log.executor(), "invoices", [count]).await;
    }
    log
}

#[tokio::test]
async fn at_a_version() {
    let log = interleaved().await;
    assert_eq!(name_and_version(&log, At::Version(0)).await, (None, 0));
    assert_eq!(name_and_version(&log, At::Version(2)).await, named(2));
    assert_eq!(name_and_version(&log, At::Version(99)).await, named(3));
    assert_eq!(name_and_version(&log, At::Now).await, named(3));
}

#[tokio::test]
async fn at_a_position() {
    let log = interleaved().await;
    assert_eq!(name_and_version(&log, At::Position(1)).await, (None, 0));
    assert_eq!(name_and_version(&log, At::Position(2)).await, named(1));
    assert_eq!(name_and_version(&log, At::Position(3)).await, named(1));
    assert_eq!(name_and_version(&log, At::Position(4)).await, named(2));
}

#[tokio::test]
async fn at_a_time() {
    const MOMENT: Duration = Duration::from_micros(1);
    let log = interleaved().await;
    let events = log.log.reader().stream(&stream_of("invoices"), 0, 10).await.unwrap();
    let first = events[0].recorded_at;
    let second = events[1].recorded_at;
    assert_eq!(name_and_version(&log, At::Time(first - MOMENT)).await, (None, 0));
    assert_eq!(name_and_version(&log, At::Time(first)).await, named(1));
    assert_eq!(name_and_version(&log, At::Time(second - MOMENT)).await, named(1));
    assert_eq!(name_and_version(&log, At::Time(second)).await, named(2));
}

#[tokio::test]
async fn moments_on_both_sides_of_a_snapshot_are_the_same_with_and_without_it() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=120).await;
    wait::until_true("the snapshot is written", Duration::from_secs(10), async || {
        super::snapshots::version(&log).await == Some(100)
    })
    .await;
    let moments = [0, 1, 99, 100, 101, 120];
    for version in moments {
        let (name, found) = name_and_version(&log, At::Version(version)).await;
        assert_eq!(found, version);
        assert_eq!(name, (version > 0).then(|| format!("Name {version}")));
    }
    for position in moments {
        assert_eq!(name_and_version(&log, At::Position(position)).await.1, position);
    }
}

#[tokio::test]
async fn of_something_that_never_was() {
    let log = TestLog::open().await;
    command(&log.executor(), &request(), "orders", create("Orders")).await.unwrap();
    assert_eq!(name_and_version(&log, At::Now).await, (None, 0));
}

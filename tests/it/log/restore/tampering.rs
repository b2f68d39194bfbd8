//! Whatever is changed in a log behind its back is named by its place.

use eventstore::chain::{Broken, check};
use support::database;
use support::log::TestLog;

/// What the check says after `changes`, of which each touches one row.
async fn broken_by(changes: &[&'static str]) -> Broken {
    let log = TestLog::of_three_batches().await;
    assert_eq!(log.verify().await, 4);
    let mut admin = database::superuser(&log.url).await;
    for change in changes {
        let done = sqlx::query(*change).execute(&mut admin).await.unwrap();
        assert_eq!(done.rows_affected(), 1, "{change}");
    }
    check(&mut admin).await.unwrap().unwrap_err()
}

#[tokio::test]
async fn a_changed_event_is_named() {
    for change in [
        r#"update events set payload = '{"name":"Mine","description":""}' where position = 3"#,
        "update events set tenant = 'globex' where position = 3",
        "update events set scope = null where position = 3",
        r#"update events set meta = '{}' where position = 3"#,
        "update events set digest = sha256('') where position = 3",
    ] {
        assert_eq!(broken_by(&[change]).await, Broken::Event { position: 3 }, "{change}");
    }
}

#[tokio::test]
async fn a_deleted_event_is_named() {
    let deletions = [
        (1, "delete from events where position = 1"),
        (3, "delete from events where position = 3"),
        (4, "delete from events where position = 4"),
    ];
    for (position, deletion) in deletions {
        assert_eq!(broken_by(&[deletion]).await, Broken::Missing { position });
    }
}

#[tokio::test]
async fn events_that_changed_places_are_named_with_their_batch() {
    let swap = [
        "update events set position = 9, stream_no = 9 where position = 2",
        "update events set position = 2, stream_no = 2 where position = 3",
        "update events set position = 3, stream_no = 3 where position = 9",
    ];
    assert_eq!(broken_by(&swap).await, Broken::Batch { first: 2, last: 3 });
}

#[tokio::test]
async fn a_changed_batch_is_named() {
    for change in [
        "update log_batches set recorded_at = recorded_at + interval '1 us' where last_position = 3",
        "update log_batches set incarnation = batch_id where last_position = 3",
        "update log_batches set digest = '' where last_position = 3",
        "update log_batches set chain_hash = '' where last_position = 3",
    ] {
        assert_eq!(broken_by(&[change]).await, Broken::Batch { first: 2, last: 3 }, "{change}");
    }
}

#[tokio::test]
async fn a_deleted_batch_leaves_its_events_without_one() {
    let middle = broken_by(&["delete from log_batches where last_position = 3"]).await;
    assert_eq!(middle, Broken::Missing { position: 2 });
    let last = broken_by(&["delete from log_batches where last_position = 4"]).await;
    assert_eq!(last, Broken::BehindHead { position: 4 });
}

/// Streams are loaded by their numbers, and a number is a position, which no digest covers.
#[tokio::test]
async fn an_event_filed_under_another_stream_is_named() {
    for change in [
        "update events set stream_no = 2 where position = 4",
        "update events set stream_no = 3 where position = 4",
        "update events set stream_no = 9 where position = 1",
    ] {
        let broken = broken_by(&[change]).await;
        assert!(matches!(broken, Broken::Stream { .. }), "{change}: {broken:?}");
    }
}

#[tokio::test]
async fn an_event_with_a_time_of_its_own_is_named() {
    let change = "update events set recorded_at = recorded_at - interval '1 day' where position = 3";
    assert_eq!(broken_by(&[change]).await, Broken::Time { position: 3 });
}

#[tokio::test]
async fn a_directory_that_leads_elsewhere_is_named() {
    for change in
        ["delete from streams where stream_no = 1", "update streams set stream_no = 2 where stream_no = 1"]
    {
        assert_eq!(broken_by(&[change]).await, Broken::Directory { position: 1 }, "{change}");
    }
}

#[tokio::test]
async fn a_version_out_of_order_is_named() {
    let broken = broken_by(&["update events set stream_no = 4 where position = 4"]).await;
    assert_eq!(broken, Broken::Version { position: 4, version: 2, expected: 1 });
}

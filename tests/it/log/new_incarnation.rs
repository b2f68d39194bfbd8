//! An operator begins another incarnation: it is part of the log, everybody who remembers goes on in it, and what was
//! made of a future that never was stands still.

use std::time::Duration;

use eventstore::incarnation::{self, BeginFailed, EVENT_TYPE};
use serde_json::Value;
use support::airtide::command as airtide;
use support::log::{TestLog, command, create, rename, request, write_versions};
use support::projections::{assert_rows_equal_the_log, caught_up, checkpoints_at_head, position_of, start};
use support::{database, wait};

const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn it_is_an_event_that_says_why_and_the_log_is_whole_with_it() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "w1", 1..=5).await;
    let before = *log.log.head().borrow();
    let begun = incarnation::begin(&log.url, " restored the backup of 3 May ").await.unwrap();
    assert_eq!((begun.previous, begun.last_common_position), (before.incarnation, 5));

    let mut head = log.log.head();
    let changed = head.wait_for(|head| head.incarnation == begun.incarnation);
    assert_eq!(tokio::time::timeout(SOON, changed).await.unwrap().unwrap().position, 6);
    let event = log.log.reader().between(6, 6).await.unwrap().remove(0);
    assert_eq!(event.event_type, EVENT_TYPE);
    let payload: Value = serde_json::from_str(&event.payload_text).unwrap();
    assert_eq!(payload["reason"], "restored the backup of 3 May");
    assert_eq!(payload["last_common_position"], 5);

    let receipt = command(&log.executor(), &request(), "w1", rename("Name 6")).await.unwrap();
    assert_eq!((receipt.position, receipt.incarnation), (7, begun.incarnation));
    incarnation::begin(&log.url, "once more").await.unwrap();
    command(&log.executor(), &request(), "w2", create("Orders")).await.unwrap();
    assert_eq!(log.verify().await, 9);
}

#[tokio::test]
async fn a_reason_is_needed() {
    let log = TestLog::open().await;
    for reason in ["", "  ", &"x".repeat(1_001)] {
        let refused = incarnation::begin(&log.url, reason).await.unwrap_err();
        assert!(matches!(refused, BeginFailed::Reason), "{refused:?}");
    }
    assert_eq!(log.log.reader().head().await.unwrap(), 0);
}

#[tokio::test]
async fn read_models_of_the_common_past_go_on_and_those_ahead_are_named() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    write_versions(&log.executor(), "w1", 1..=5).await;
    caught_up(&log.log, &running).await;
    let mut admin = database::superuser(&log.url).await;
    let ahead = "update projection_checkpoints set position = 1000, owner = gen_random_uuid(),
                        lease_until = clock_timestamp() + interval '1 hour' where name = 'tenants'";
    sqlx::query(ahead).execute(&mut admin).await.unwrap();

    let begun = incarnation::begin(&log.url, "a test").await.unwrap();
    let names: Vec<&str> = begun.stands_still.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(names, ["tenants"]);
    assert_eq!(begun.goes_on.len(), projections::all().len() - 1);
    command(&log.executor(), &request(), "w2", create("Orders")).await.unwrap();
    wait::until_true("the others go on", SOON, async || {
        position_of(&mut admin, "workspaces").await == 7 && position_of(&mut admin, "event_index").await == 7
    })
    .await;
    assert_eq!(position_of(&mut admin, "tenants").await, 1000);

    let back = "update projection_checkpoints set position = 5, incarnation = $1, owner = null where name = 'tenants'";
    sqlx::query(back).bind(begun.incarnation).execute(&mut admin).await.unwrap();
    checkpoints_at_head(&log.url, SOON).await;
    assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}

#[tokio::test]
async fn the_command_says_what_has_begun() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "w1", 1..=3).await;
    let mut new = airtide(&["log", "new-incarnation", "--reason", "a test", "--output", "json"]);
    let output = new.env("DATABASE_URL", &log.url).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let end = log.log.reader().end().await.unwrap();
    assert_eq!(told["incarnation"], end.incarnation.to_string());
    assert_eq!((told["last_common_position"].as_i64(), end.position), (Some(3), 4));

    let mut without_reason = airtide(&["log", "new-incarnation"]);
    assert_eq!(without_reason.env("DATABASE_URL", &log.url).output().unwrap().status.code(), Some(2));
}

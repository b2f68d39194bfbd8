//! Without anything that was signed: digests, chain, positions and versions, of the whole log or of a part.

use eventstore::chain::{self, Extent, Progress};
use sqlx::AssertSqlSafe;
use support::airtide::command;
use support::checkpoints::{Verified, verify};
use support::database;
use support::log::TestLog;

/// One more event like that at position 4, whose digest is right: the digest leaves the position out.
const INSERTED: &str = "
    insert into events(position, stream_no, seq, recorded_at, schema_version, tenant, scope, type, id, event_type,
                       meta, payload, digest)
    select 5, stream_no, 3, recorded_at, schema_version, tenant, scope, type, id, event_type, meta, payload, digest
    from events where position = 4";

/// A log of three batches: position 1, positions 2 and 3, position 4.
async fn changed_by(changes: &[&'static str]) -> TestLog {
    let log = TestLog::of_three_batches().await;
    let mut admin = database::superuser(&log.url).await;
    for change in changes {
        let done = sqlx::query(AssertSqlSafe(*change)).execute(&mut admin).await.unwrap();
        assert_eq!(done.rows_affected(), 1, "{change}");
    }
    log
}

#[tokio::test]
async fn a_sound_log_is_told_as_such_and_that_nothing_was_signed_is_said() {
    let log = TestLog::of_three_batches().await;
    let verified = verify(&log, &[]).expect_sound();
    let sound = &verified.found["sound"];
    assert_eq!(
        (&sound["last_position"], &sound["batches"], &sound["events"]),
        (&4.into(), &3.into(), &4.into())
    );
    assert!(verified.found["checkpoints"].is_null());
    assert!(verified.talk.contains("there are no signed checkpoints"), "{}", verified.talk);
}

#[tokio::test]
async fn an_empty_log_is_sound() {
    let log = TestLog::open().await;
    let verified = verify(&log, &[]).expect_sound();
    assert_eq!(verified.found["sound"]["events"], 0);
}

#[tokio::test]
async fn people_are_told_in_a_sentence() {
    let log = TestLog::of_three_batches().await;
    let mut verify = command(&["log", "verify", "--from", "3"]);
    let output = verify.env("DATABASE_URL", &log.url).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        said.trim(),
        "3 events in 2 batches, from position 2 to 4, are sound. The chain up to position 1 was taken as it is."
    );
}

#[tokio::test]
async fn whatever_was_done_is_named_by_the_first_place_where_it_shows() {
    let flipped = "update events set payload = overlay(payload::text placing 'X' from 10 for 1)::json where position = 3";
    let swapped = [
        "update events set position = 9, stream_no = 9 where position = 2",
        "update events set position = 2, stream_no = 2 where position = 3",
        "update events set position = 3, stream_no = 3 where position = 9",
    ];
    let cases: [(&[&'static str], &str); 4] = [
        (&[flipped], "event 3 is not what was recorded: its digest differs"),
        (&["delete from events where position = 2"], "event 2 should be there and is not"),
        (&swapped, "the batch of positions 2 to 3 does not follow from the one before it"),
        (&[INSERTED], "event 5 lies behind the last batch"),
    ];
    for (changes, named) in cases {
        let log = changed_by(changes).await;
        assert_eq!(verify(&log, &[]).violation(), named, "{changes:?}");
    }
}

#[tokio::test]
async fn from_a_position_on_nothing_before_its_batch_is_looked_at() {
    let log = changed_by(&[r#"update events set payload = '{"name":"Mine"}' where position = 1"#]).await;
    assert_eq!(verify(&log, &[]).violation(), "event 1 is not what was recorded: its digest differs");
    // Position 4 goes on with the stream of position 1, which is not looked at.
    for (from, given, events) in [("2", 1, 3), ("3", 1, 3), ("4", 3, 1)] {
        let verified = verify(&log, &["--from", from]).expect_sound();
        let sound = &verified.found["sound"];
        assert_eq!((&sound["given"], &sound["events"]), (&given.into(), &events.into()), "from {from}");
    }
}

#[tokio::test]
async fn from_a_position_on_everything_behind_it_is_looked_at() {
    let cases = [
        (
            "update events set stream_no = 2 where position = 4",
            "event 4 is filed under the number of another stream",
        ),
        (
            "update log_batches set chain_hash = '' where last_position = 1",
            "the batch of positions 2 to 3 does not follow from the one before it",
        ),
        ("delete from log_batches where last_position = 3", "event 2 should be there and is not"),
    ];
    for (change, named) in cases {
        let log = changed_by(&[change]).await;
        assert_eq!(verify(&log, &["--from", "2"]).violation(), named, "{change}");
    }
}

#[tokio::test]
async fn a_sample_looks_at_so_many_batches_and_at_what_they_follow() {
    let log = TestLog::of_three_batches().await;
    for (sample, batches) in [("1", 1), ("2", 2), ("100", 3)] {
        let verified = verify(&log, &["--sample", sample]).expect_sound();
        assert_eq!(verified.found["sound"]["batches"], batches);
    }
    let behind = verify(&log, &["--sample", "100", "--from", "2"]).expect_sound();
    assert_eq!((&behind.found["sound"]["batches"], &behind.found["sound"]["events"]), (&2.into(), &3.into()));
    let cases = [
        (
            "update events set scope = null where position = 3",
            "event 3 is not what was recorded: its digest differs",
        ),
        (
            "update log_batches set chain_hash = '' where last_position = 1",
            "the batch of positions 1 to 1 does not follow from the one before it",
        ),
        ("delete from log_batches where last_position = 3", "event 2 should be there and is not"),
    ];
    for (change, named) in cases {
        let log = changed_by(&[change]).await;
        assert_eq!(verify(&log, &["--sample", "100"]).violation(), named, "{change}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_misuse() {
    let log = TestLog::of_three_batches().await;
    let misused = |further: &[&str]| -> Verified {
        let verified = verify(&log, further);
        assert_eq!(verified.code, Some(2), "{further:?}: {}", verified.talk);
        verified
    };
    for further in
        [["--from", "0"], ["--sample", "0"], ["--from", "last"], ["--checkpoints", "/no/such/file"]]
    {
        misused(&further);
    }
    let behind = misused(&["--from", "5"]);
    assert!(behind.talk.contains("the log ends at 4, before position 5"), "{}", behind.talk);
}

#[tokio::test]
async fn a_walk_says_how_far_it_has_come() {
    let log = TestLog::of_three_batches().await;
    let mut reader = database::superuser(&log.url).await;
    let mut told = Vec::new();
    let mut tell = |progress: Progress| told.push((progress.done, progress.total));
    chain::verify(&mut reader, Extent::WHOLE, &mut tell).await.unwrap();
    chain::verify(&mut reader, Extent { from: 1, sample: Some(2) }, &mut tell).await.unwrap();
    assert_eq!(told, [(1, 4), (3, 4), (4, 4), (1, 2), (2, 2)]);
}

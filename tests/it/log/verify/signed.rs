//! Against what was signed: a tail that was cut off or written anew, with every hash recomputed, is named.

use std::fs;

use support::checkpoints::{edit, file, lines, positions, sign, verify};
use support::forgery;
use support::log::{TestLog, write_two, write_versions};

/// Three batches, the end of each signed: positions 1, 3 and 4.
async fn signed_log() -> TestLog {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", [1]).await;
    sign(&log).await;
    write_two(&log.executor()).await;
    sign(&log).await;
    write_versions(&log.executor(), "invoices", [2]).await;
    sign(&log).await;
    assert_eq!(positions(&log), [1, 3, 4]);
    log
}

/// What a line of the file says of its time, as it is told.
fn signed_at(log: &TestLog, line: usize) -> String {
    lines(log)[line]["signed_at"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_was_signed_agrees_with_a_log_that_goes_on() {
    let log = signed_log().await;
    write_versions(&log.executor(), "invoices", [3]).await;
    let verified = verify(&log, &[]).expect_sound();
    let checkpoints = &verified.found["checkpoints"];
    assert_eq!((&checkpoints["agreeing"], &checkpoints["last_position"]), (&3.into(), &4.into()));
    assert!(verified.talk.is_empty(), "{}", verified.talk);
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_named_by_both_ends() {
    let log = signed_log().await;
    forgery::cut_off(&log, 1).await;
    assert_eq!(log.verify().await, 1, "the log alone looks sound");
    let named = format!("the log ends at 1, a checkpoint was signed at 4 ({})", signed_at(&log, 2));
    assert_eq!(verify(&log, &[]).violation(), named);
    assert_eq!(verify(&log, &["--sample", "1"]).violation(), named);
}

#[tokio::test]
async fn a_tail_that_was_written_anew_is_named_by_its_first_position_that_was_signed() {
    let log = signed_log().await;
    forgery::cut_off(&log, 1).await;
    let again = TestLog::open_with(&log.url, log.keys_dir()).await;
    write_two(&again.executor()).await;
    write_versions(&again.executor(), "invoices", [2]).await;
    assert_eq!(log.verify().await, 4, "the log alone looks sound");
    let named = format!("position 3 is not what was signed at {}", signed_at(&log, 1));
    assert_eq!(verify(&log, &[]).violation(), named);
    again.close().await;
}

#[tokio::test]
async fn an_event_that_was_changed_with_every_hash_after_it_is_named() {
    let log = signed_log().await;
    forgery::rewrite(&log, 2, r#"{"name":"Mine","description":""}"#).await;
    assert_eq!(log.verify().await, 4, "the log alone looks sound");
    let verified = verify(&log, &["--from", "4"]);
    assert_eq!(verified.violation(), format!("position 3 is not what was signed at {}", signed_at(&log, 1)));
    assert_eq!(verified.found["checkpoints"]["agreeing"], 1);
}

#[tokio::test]
async fn a_line_that_was_not_signed_is_named_and_proves_nothing() {
    let log = signed_log().await;
    edit(&log, |text| text.replace("\"position\":4", "\"position\":5") + "nothing\n");
    let verified = verify(&log, &[]);
    assert_eq!(verified.code, Some(1));
    assert_eq!(
        verified.violations(),
        [
            "line 3 of the checkpoints is not signed with the key of this log",
            "line 4 of the checkpoints cannot be read"
        ]
    );
    assert_eq!(verified.found["checkpoints"]["agreeing"], 2);
}

#[tokio::test]
async fn a_torn_last_line_is_left_out_with_a_word() {
    let log = signed_log().await;
    edit(&log, |text| text[..text.len() - 10].to_owned());
    let verified = verify(&log, &[]).expect_sound();
    let checkpoints = &verified.found["checkpoints"];
    assert_eq!((&checkpoints["agreeing"], &checkpoints["torn"]), (&2.into(), &true.into()));
    assert!(verified.talk.contains("is torn"), "{}", verified.talk);
}

#[tokio::test]
async fn another_file_may_be_named() {
    let log = signed_log().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy");
    fs::rename(file(&log), &copy).unwrap();
    assert!(verify(&log, &[]).expect_sound().found["checkpoints"].is_null());
    let verified = verify(&log, &["--checkpoints", copy.to_str().unwrap()]).expect_sound();
    assert_eq!(verified.found["checkpoints"]["agreeing"], 3);
}

#[tokio::test]
async fn signatures_need_their_key() {
    let log = signed_log().await;
    fs::remove_file(log.keys_dir().join("checkpoint-signing.key")).unwrap();
    let verified = verify(&log, &[]);
    assert_eq!(verified.code, Some(1));
    assert!(verified.talk.contains("checkpoint-signing.key is missing"), "{}", verified.talk);
}

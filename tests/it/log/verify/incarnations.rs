//! After a restore that lost events, a new incarnation says up to where the history before it counts, and what was
//! signed of that is held against the log up to there.

use eventstore::incarnation;
use support::checkpoints::{edit, positions, sign, verify};
use support::forgery;
use support::log::{TestLog, write_two, write_versions};

/// Signed at 1, 3 and 4, then put back to 3, as a restore does.
async fn put_back_log() -> TestLog {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", [1]).await;
    sign(&log).await;
    write_two(&log.executor()).await;
    sign(&log).await;
    write_versions(&log.executor(), "invoices", [2]).await;
    sign(&log).await;
    forgery::cut_off(&log, 3).await;
    log
}

/// Goes on in another incarnation, which is signed at 6.
async fn go_on(log: &TestLog) {
    incarnation::begin(&log.url, "a test").await.unwrap();
    let restored = TestLog::open_with(&log.url, log.keys_dir()).await;
    write_versions(&restored.executor(), "orders", [2]).await;
    write_versions(&restored.executor(), "payments", [2]).await;
    sign(&restored).await;
    restored.close().await;
    assert_eq!(positions(log), [1, 3, 4, 6]);
}

#[tokio::test]
async fn what_was_lost_is_held_against_the_log_until_another_incarnation_begins() {
    let log = put_back_log().await;
    let violation = verify(&log, &[]).violation().to_owned();
    assert!(violation.starts_with("the log ends at 3, a checkpoint was signed at 4"), "{violation}");
    go_on(&log).await;
    let verified = verify(&log, &[]).expect_sound();
    let checkpoints = &verified.found["checkpoints"];
    assert_eq!((&checkpoints["agreeing"], &checkpoints["last_position"]), (&3.into(), &6.into()));
    assert_eq!(checkpoints["set_aside"], 1);
    assert!(verified.talk.contains("1 checkpoints are of earlier incarnations"), "{}", verified.talk);
}

#[tokio::test]
async fn the_past_that_both_histories_share_is_held_to_what_was_signed_before() {
    let log = put_back_log().await;
    go_on(&log).await;
    forgery::rewrite(&log, 2, r#"{"name":"Mine","description":""}"#).await;
    assert_eq!(log.verify().await, 6, "the log alone looks sound");
    let violation = verify(&log, &[]).violation().to_owned();
    assert!(violation.starts_with("position 3 is not what was signed at"), "{violation}");
}

#[tokio::test]
async fn a_log_that_forgot_its_incarnation_is_named() {
    let log = put_back_log().await;
    go_on(&log).await;
    forgery::cut_off(&log, 3).await;
    edit(&log, |text| {
        text.lines()
            .filter(|line| !line.contains("\"position\":4,"))
            .map(|line| format!("{line}\n"))
            .collect()
    });
    let violation = verify(&log, &[]).violation().to_owned();
    assert!(violation.starts_with("the log knows no incarnation"), "{violation}");
    assert!(violation.contains("of which position 6 was signed"), "{violation}");
}

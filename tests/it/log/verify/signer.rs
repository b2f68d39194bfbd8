//! While the log moves its ends are signed, once each, in whole lines, whatever else becomes of the file.

use std::fs;
use std::time::Duration;

use eventstore::alarms::Alarm;
use support::api::Node;
use support::checkpoints::{edit, file, lines, positions, sign, signer, verify};
use support::log::{TestLog, write_versions};
use support::wait;

const SOON: Duration = Duration::from_secs(20);
/// Many times as long as a signer of the tests waits.
const A_WHILE: Duration = Duration::from_millis(300);

#[tokio::test]
async fn ends_are_signed_while_the_log_moves_and_not_while_it_stands() {
    let log = TestLog::open().await;
    let signer = signer(&log);
    wait::let_pass(A_WHILE).await;
    assert!(lines(&log).is_empty(), "there is nothing to sign");
    for version in 1..=3 {
        write_versions(&log.executor(), "invoices", [version]).await;
        wait::until_true("it is signed", SOON, async || positions(&log).last() == Some(&version)).await;
    }
    wait::let_pass(A_WHILE).await;
    assert_eq!(positions(&log), [1, 2, 3]);
    signer.stop().await;
    assert_eq!(verify(&log, &[]).expect_sound().found["checkpoints"]["agreeing"], 3);
}

#[tokio::test]
async fn several_signers_of_one_file_write_what_one_would() {
    let log = TestLog::open().await;
    let signers = [signer(&log), signer(&log), signer(&log)];
    for version in 1..=20 {
        write_versions(&log.executor(), "invoices", [version]).await;
    }
    wait::until_true("the end is signed", SOON, async || positions(&log).last() == Some(&20)).await;
    wait::let_pass(A_WHILE).await;
    for signer in signers {
        signer.stop().await;
    }
    let signed = positions(&log);
    assert!(signed.is_sorted_by(|one, next| one < next), "{signed:?}");
    verify(&log, &[]).expect_sound();
}

#[tokio::test]
async fn a_torn_last_line_is_cut_off_before_the_next() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", [1]).await;
    sign(&log).await;
    edit(&log, |text| format!("{text}{}", &text[..40]));
    write_versions(&log.executor(), "invoices", [2]).await;
    sign(&log).await;
    let verified = verify(&log, &[]).expect_sound();
    let checkpoints = &verified.found["checkpoints"];
    assert_eq!((&checkpoints["agreeing"], &checkpoints["torn"]), (&2.into(), &false.into()));
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_an_alarm_until_it_can() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", [1]).await;
    fs::create_dir(file(&log)).unwrap();
    let signer = signer(&log);
    let source = log.log.source();
    let is_on = || source.alarms().is_on(Alarm::CheckpointsUnwritten, "checkpoints");
    wait::until_true("it is an alarm", SOON, async || is_on()).await;
    fs::remove_dir(file(&log)).unwrap();
    wait::until_true("it is none any more", SOON, async || !is_on()).await;
    assert_eq!(positions(&log), [1]);
    signer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_running_system_signs_where_read_models_are_made() {
    let log = TestLog::of_three_batches().await;
    let api = Node::serve(&log.url, log.keys_dir(), "api", &[]);
    wait::let_pass(A_WHILE).await;
    assert!(lines(&log).is_empty(), "this role signs nothing");
    let projections = Node::serve(&log.url, log.keys_dir(), "projections", &[]);
    wait::until_true("the end is signed", SOON, async || positions(&log) == [4]).await;
    drop((api, projections));
    verify(&log, &[]).expect_sound();
}

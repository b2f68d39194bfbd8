//! An operation, given its past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use super::*;

fn given(past: Vec<OperationEvent>) -> AggregateTestExecutor<Operation> {
    TestFramework::with(()).given(past)
}

fn begin(target: &str, reason: &str) -> OperationCommand {
    OperationCommand::Begin { act: Act::RetryWork, target: target.into(), reason: reason.into() }
}

fn begun() -> OperationEvent {
    OperationEvent::Begun {
        act: Act::RetryWork,
        target: "worker=send_mail".into(),
        reason: "it is back".into(),
    }
}

fn end(outcome: Outcome) -> OperationCommand {
    OperationCommand::End { outcome, count: 7, detail: String::new() }
}

fn ended(outcome: Outcome) -> OperationEvent {
    OperationEvent::Ended { outcome, count: 7, detail: String::new() }
}

#[test]
fn it_begins_with_its_trimmed_reason() {
    given(vec![]).when(begin("worker=send_mail", " it is back ")).then_expect_events(vec![begun()]);
}

#[test]
fn nothing_is_done_without_a_reason() {
    given(vec![]).when(begin("worker=send_mail", " ")).then_expect_error(OperationRefusal::BadReason);
    let long = "r".repeat(REASON_BYTES_MAX + 1);
    given(vec![]).when(begin("worker=send_mail", &long)).then_expect_error(OperationRefusal::BadReason);
}

#[test]
fn what_it_is_about_is_bounded() {
    let long = "t".repeat(TEXT_BYTES_MAX + 1);
    given(vec![]).when(begin(&long, "why")).then_expect_error(OperationRefusal::TargetTooLong);
}

#[test]
fn taking_it_up_again_is_no_second_beginning() {
    given(vec![begun()]).when(begin("worker=send_mail", "once more")).then_expect_events(vec![]);
}

#[test]
fn another_act_under_the_same_id_is_refused() {
    given(vec![begun()])
        .when(begin("worker=other", "why"))
        .then_expect_error(OperationRefusal::OperationExists);
}

#[test]
fn it_ends_once() {
    given(vec![begun()]).when(end(Outcome::Done)).then_expect_events(vec![ended(Outcome::Done)]);
    given(vec![begun(), ended(Outcome::Done)]).when(end(Outcome::Done)).then_expect_events(vec![]);
    given(vec![begun(), ended(Outcome::Done)])
        .when(end(Outcome::Failed))
        .then_expect_error(OperationRefusal::OperationEnded);
}

#[test]
fn what_never_began_does_not_end() {
    given(vec![]).when(end(Outcome::Done)).then_expect_error(OperationRefusal::UnknownOperation);
}

#[test]
fn too_much_detail_is_cut_between_characters() {
    let told =
        OperationCommand::End { outcome: Outcome::Failed, count: 0, detail: "é".repeat(TEXT_BYTES_MAX) };
    let kept = "é".repeat(TEXT_BYTES_MAX / 2);
    given(vec![begun()]).when(told).then_expect_events(vec![OperationEvent::Ended {
        outcome: Outcome::Failed,
        count: 0,
        detail: kept,
    }]);
}

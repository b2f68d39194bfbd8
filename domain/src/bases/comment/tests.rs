//! A comment, given its past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use super::*;
use crate::bases::BaseKey;
use crate::bases::ids::{RecordId, TableId};
use crate::bases::samples::{sealed, stored};

fn given(past: Vec<CommentEvent>) -> AggregateTestExecutor<Comment> {
    TestFramework::with(()).given(past)
}

fn address() -> Address {
    let table = TableId::parse("tblClients0000000").unwrap();
    let record = RecordId::parse("recAcme0000000000").unwrap();
    Address { base: BaseKey::new("bas_1").unwrap(), table, record }
}

fn comment() -> CommentId {
    CommentId::parse("com00000000000001").unwrap()
}

fn user(text: &str) -> UserId {
    UserId::new(text).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn personal(text: &str) -> Personal<String> {
    Personal::new(address().subject(), text.into())
}

fn write(text: &str) -> CommentCommand {
    CommentCommand::Write {
        address: address(),
        comment: comment(),
        parent: None,
        author: user("usr_ana"),
        at: at(0),
        text: text.into(),
    }
}

fn written(text: &str) -> CommentEvent {
    CommentEvent::Written {
        address: address(),
        comment: comment(),
        parent: None,
        author: user("usr_ana"),
        at: at(0),
        text: personal(text),
    }
}

fn edit(by: &str, text: &str) -> CommentCommand {
    CommentCommand::Edit { by: user(by), at: at(60), text: text.into() }
}

fn edited(text: &str) -> CommentEvent {
    CommentEvent::Edited { address: address(), comment: comment(), at: at(60), text: personal(text) }
}

fn delete(by: &str) -> CommentCommand {
    CommentCommand::Delete { by: user(by) }
}

fn deleted() -> CommentEvent {
    CommentEvent::Deleted { address: address(), comment: comment() }
}

fn after(past: &[CommentEvent]) -> Comment {
    let mut comment = Comment::default();
    past.iter().for_each(|event| comment.apply(event.clone()));
    comment
}

#[test]
fn a_comment_is_written_once() {
    given(vec![]).when(write("Well")).then_expect_events(vec![written("Well")]);
    given(vec![written("Well")]).when(write("Well")).then_expect_events(vec![]);
    given(vec![written("Well")]).when(write("Other")).then_expect_error(CommentRefusal::CommentExists);
    given(vec![written("Well"), deleted()])
        .when(write("Well"))
        .then_expect_error(CommentRefusal::CommentExists);
}

#[test]
fn its_author_changes_it() {
    given(vec![written("Well")]).when(edit("usr_ana", "Better")).then_expect_events(vec![edited("Better")]);
    given(vec![written("Well")]).when(edit("usr_ana", "Well")).then_expect_events(vec![]);
    let details = after(&[written("Well"), edited("Better")]).details().cloned().unwrap();
    assert_eq!((details.text, details.written, details.edited), (personal("Better"), at(0), Some(at(60))));
}

#[test]
fn nobody_else_does() {
    for command in [edit("usr_ben", "Better"), delete("usr_ben")] {
        given(vec![written("Well")]).when(command).then_expect_error(CommentRefusal::NotTheAuthor);
    }
}

#[test]
fn a_deleted_comment_is_deleted_already_and_takes_no_change() {
    given(vec![written("Well")]).when(delete("usr_ana")).then_expect_events(vec![deleted()]);
    given(vec![written("Well"), deleted()]).when(delete("usr_ana")).then_expect_events(vec![]);
    given(vec![written("Well"), deleted()])
        .when(edit("usr_ana", "Better"))
        .then_expect_error(CommentRefusal::CommentDeleted);
    assert_eq!(after(&[written("Well"), deleted()]).details(), None);
}

#[test]
fn a_text_is_there_and_not_too_long() {
    let long = "a".repeat(TEXT_BYTES_MAX + 1);
    let refusals = [
        (" \n", CommentRefusal::NoText),
        (long.as_str(), CommentRefusal::TextTooLong),
        ("a\0b", CommentRefusal::NullCharacter),
    ];
    for (text, refusal) in refusals {
        given(vec![]).when(write(text)).then_expect_error(refusal.clone());
        given(vec![written("Well")]).when(edit("usr_ana", text)).then_expect_error(refusal);
    }
}

#[test]
fn nothing_can_be_asked_of_a_comment_that_does_not_exist() {
    for command in [edit("usr_ana", "Better"), delete("usr_ana")] {
        given(vec![]).when(command).then_expect_error(CommentRefusal::UnknownComment);
    }
}

#[test]
fn what_it_says_is_sealed_and_comes_back() {
    for event in [written("Well"), edited("Better"), deleted()] {
        assert_eq!(stored(&event), event);
        let text = sealed(&event);
        assert!(!text.contains("Well") && !text.contains("Better"), "{text}");
    }
}

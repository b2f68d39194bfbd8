//! An invitation, given its past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use super::*;
use crate::personal::SubjectId;

fn given(past: Vec<InvitationEvent>) -> AggregateTestExecutor<Invitation> {
    TestFramework::with(()).given(past)
}

fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

fn proof(id: &str) -> ProofId {
    ProofId::new(id).unwrap()
}

fn email() -> Personal<String> {
    Personal::new(SubjectId::new("inv_1").unwrap(), "bob@example.org".into())
}

fn send_at(slot: u8, role: Role) -> InvitationCommand {
    InvitationCommand::Send {
        slot,
        email: email(),
        role,
        workspaces: BTreeSet::new(),
        by: user("usr_ana"),
        proof: proof("prf_1"),
    }
}

fn sent() -> InvitationEvent {
    InvitationEvent::Sent {
        slot: 0,
        email: email(),
        role: Role::Editor,
        workspaces: BTreeSet::new(),
        by: user("usr_ana"),
        proof: proof("prf_1"),
    }
}

fn send_again() -> InvitationCommand {
    InvitationCommand::SendAgain { by: user("usr_cleo"), proof: proof("prf_2") }
}

fn sent_again() -> InvitationEvent {
    InvitationEvent::SentAgain { by: user("usr_cleo"), proof: proof("prf_2") }
}

fn accept(shown: &str) -> InvitationCommand {
    InvitationCommand::Accept { user: user("usr_bob"), proof: proof(shown) }
}

fn accepted() -> InvitationEvent {
    InvitationEvent::Accepted { user: user("usr_bob") }
}

#[test]
fn an_invitation_is_sent_once_under_its_id() {
    given(vec![]).when(send_at(0, Role::Editor)).then_expect_events(vec![sent()]);
    given(vec![sent()]).when(send_at(0, Role::Editor)).then_expect_events(vec![]);
    given(vec![sent()]).when(send_at(0, Role::Admin)).then_expect_error(InvitationRefusal::InvitationExists);
}

#[test]
fn a_tenant_has_a_bounded_number_of_them() {
    given(vec![])
        .when(send_at(OPEN_MAX, Role::Editor))
        .then_expect_error(InvitationRefusal::TooManyInvitations);
}

#[test]
fn it_is_accepted_once() {
    given(vec![sent()]).when(accept("prf_1")).then_expect_events(vec![accepted()]);
    given(vec![sent(), accepted()]).when(accept("prf_1")).then_expect_error(InvitationRefusal::LinkSpent);
}

#[test]
fn the_last_mail_counts_alone() {
    given(vec![sent()]).when(send_again()).then_expect_events(vec![sent_again()]);
    given(vec![sent(), sent_again()]).when(send_again()).then_expect_events(vec![]);
    given(vec![sent(), sent_again()]).when(accept("prf_1")).then_expect_error(InvitationRefusal::LinkSpent);
    given(vec![sent(), sent_again()]).when(accept("prf_2")).then_expect_events(vec![accepted()]);
}

#[test]
fn a_revoked_one_is_good_for_nothing() {
    let past = || vec![sent(), InvitationEvent::Revoked {}];
    given(vec![sent()]).when(InvitationCommand::Revoke).then_expect_events(vec![InvitationEvent::Revoked {}]);
    given(past()).when(InvitationCommand::Revoke).then_expect_events(vec![]);
    given(past()).when(accept("prf_1")).then_expect_error(InvitationRefusal::LinkSpent);
    given(past()).when(send_again()).then_expect_error(InvitationRefusal::InvitationRevoked);
}

#[test]
fn an_accepted_one_is_neither_revoked_nor_sent_again() {
    for command in [InvitationCommand::Revoke, send_again()] {
        given(vec![sent(), accepted()])
            .when(command)
            .then_expect_error(InvitationRefusal::InvitationAccepted);
    }
}

#[test]
fn nothing_can_be_asked_of_one_that_does_not_exist() {
    for command in [InvitationCommand::Revoke, send_again(), accept("prf_1")] {
        given(vec![]).when(command).then_expect_error(InvitationRefusal::UnknownInvitation);
    }
}

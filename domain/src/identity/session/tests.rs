//! A session, given its past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use super::*;

fn given(past: Vec<SessionEvent>) -> AggregateTestExecutor<Session> {
    TestFramework::with(()).given(past)
}

fn tenant(name: &str) -> TenantId {
    TenantId::new(name).unwrap()
}

fn ana() -> UserId {
    UserId::new("usr_ana").unwrap()
}

fn started() -> SessionEvent {
    SessionEvent::Started { user: ana(), tenant: tenant("acme") }
}

#[test]
fn a_session_starts_once() {
    let start = |name| SessionCommand::Start { user: ana(), tenant: tenant(name) };
    given(vec![]).when(start("acme")).then_expect_events(vec![started()]);
    given(vec![started()]).when(start("acme")).then_expect_events(vec![]);
    given(vec![started()]).when(start("globex")).then_expect_error(SessionRefusal::SessionExists);
}

#[test]
fn a_session_moves_to_another_tenant() {
    let change = |name| SessionCommand::ChangeTenant { tenant: tenant(name) };
    let changed = SessionEvent::TenantChanged { tenant: tenant("globex") };
    given(vec![started()]).when(change("globex")).then_expect_events(vec![changed]);
    given(vec![started()]).when(change("acme")).then_expect_events(vec![]);
}

#[test]
fn what_has_ended_stays_so() {
    let past = vec![started(), SessionEvent::Ended {}];
    given(past.clone()).when(SessionCommand::End).then_expect_events(vec![]);
    given(past)
        .when(SessionCommand::ChangeTenant { tenant: tenant("globex") })
        .then_expect_error(SessionRefusal::SessionEnded);
}

#[test]
fn a_session_is_revoked_once_and_says_why() {
    let revoke = |because| SessionCommand::Revoke { because };
    let revoked = SessionEvent::Revoked { because: EndReason::TokenReused };
    given(vec![started()]).when(revoke(EndReason::TokenReused)).then_expect_events(vec![revoked.clone()]);
    given(vec![started(), revoked.clone()]).when(revoke(EndReason::EndedByOwner)).then_expect_events(vec![]);
    given(vec![started(), revoked]).when(SessionCommand::End).then_expect_events(vec![]);
}

#[test]
fn nothing_can_be_asked_of_a_session_that_does_not_exist() {
    given(vec![]).when(SessionCommand::End).then_expect_error(SessionRefusal::UnknownSession);
}

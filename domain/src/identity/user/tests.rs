//! A user, given their past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use super::*;
use crate::personal::SubjectId;

fn given(past: Vec<UserEvent>) -> AggregateTestExecutor<User> {
    TestFramework::with(()).given(past)
}

fn of_ana(text: &str) -> Personal<String> {
    Personal::new(SubjectId::new("usr_ana").unwrap(), text.into())
}

fn acme() -> TenantId {
    TenantId::new("acme").unwrap()
}

fn globex() -> TenantId {
    TenantId::new("globex").unwrap()
}

fn register(email: &str, username: Option<&str>, name: Option<&str>) -> UserCommand {
    UserCommand::Register {
        email: of_ana(email),
        username: username.map(of_ana),
        name: name.map(of_ana),
        credential: CredentialId::new("crd_1").unwrap(),
        email_verified: true,
        tenant: acme(),
    }
}

fn registered() -> UserEvent {
    UserEvent::Registered {
        email: of_ana("ana@example.org"),
        username: Some(of_ana("ana")),
        name: None,
        credential: CredentialId::new("crd_1").unwrap(),
        email_verified: true,
        tenant: acme(),
    }
}

fn change_profile(username: Option<&str>, name: Option<&str>) -> UserCommand {
    UserCommand::ChangeProfile { username: username.map(of_ana), name: name.map(of_ana) }
}

#[test]
fn registering_makes_a_user() {
    given(vec![]).when(register("ana@example.org", Some("ana"), None)).then_expect_events(vec![registered()]);
}

#[test]
fn a_user_is_registered_once() {
    given(vec![registered()])
        .when(register("ana@example.org", Some("ana"), None))
        .then_expect_error(UserRefusal::UserExists);
}

#[test]
fn what_a_user_is_called_has_a_form() {
    given(vec![]).when(register("ana", None, None)).then_expect_error(UserRefusal::BadEmail);
    given(vec![])
        .when(register("ana@example.org", Some("ana@x"), None))
        .then_expect_error(UserRefusal::BadUsername);
    given(vec![])
        .when(register("ana@example.org", Some("Ana"), None))
        .then_expect_error(UserRefusal::BadUsername);
    given(vec![]).when(register("ana@example.org", None, Some("\n"))).then_expect_error(UserRefusal::BadName);
}

#[test]
fn a_profile_is_replaced_as_a_whole() {
    let changed = UserEvent::ProfileChanged { username: None, name: Some(of_ana("Ana")) };
    given(vec![registered()])
        .when(change_profile(None, Some("Ana")))
        .then_expect_events(vec![changed.clone()]);
    given(vec![registered(), changed]).when(change_profile(None, Some("Ana"))).then_expect_events(vec![]);
}

#[test]
fn a_tenant_is_joined_and_left_once() {
    let (joined, left) =
        (UserEvent::TenantJoined { tenant: globex() }, UserEvent::TenantLeft { tenant: globex() });
    let join = || UserCommand::JoinTenant { tenant: globex() };
    let leave = || UserCommand::LeaveTenant { tenant: globex() };
    given(vec![registered()]).when(join()).then_expect_events(vec![joined.clone()]);
    given(vec![registered(), joined.clone()]).when(join()).then_expect_events(vec![]);
    given(vec![registered(), joined.clone()]).when(leave()).then_expect_events(vec![left.clone()]);
    given(vec![registered(), joined, left]).when(leave()).then_expect_events(vec![]);
}

#[test]
fn nothing_can_be_asked_of_a_user_that_does_not_exist() {
    given(vec![]).when(change_profile(None, None)).then_expect_error(UserRefusal::UnknownUser);
}

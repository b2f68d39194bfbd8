//! Administrators, given their past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use super::*;

fn given(past: Vec<AdministratorsEvent>) -> AggregateTestExecutor<Administrators> {
    TestFramework::with(()).given(past)
}

fn user(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

fn begun() -> AdministratorsEvent {
    AdministratorsEvent::Begun { user: user("usr_ana") }
}

fn named(name: &str) -> AdministratorsEvent {
    AdministratorsEvent::Named { user: user(name) }
}

fn remove(name: &str) -> AdministratorsCommand {
    AdministratorsCommand::Remove { user: user(name) }
}

#[test]
fn a_platform_is_begun_once() {
    let begin = |name| AdministratorsCommand::Begin { user: user(name) };
    given(vec![]).when(begin("usr_ana")).then_expect_events(vec![begun()]);
    // Whoever had the answer once is told so, too: a token that was used is good for nothing.
    for name in ["usr_ana", "usr_ben"] {
        given(vec![begun()]).when(begin(name)).then_expect_error(AdministratorsRefusal::BootstrapSpent);
    }
    given(vec![named("usr_ana")])
        .when(begin("usr_ben"))
        .then_expect_error(AdministratorsRefusal::BootstrapSpent);
}

#[test]
fn one_is_named_once() {
    let name = || AdministratorsCommand::Name { user: user("usr_ben") };
    given(vec![begun()]).when(name()).then_expect_events(vec![named("usr_ben")]);
    given(vec![begun(), named("usr_ben")]).when(name()).then_expect_events(vec![]);
    let many = (0..ADMINISTRATORS_MAX).map(|number| named(&format!("usr_{number}"))).collect();
    given(many).when(name()).then_expect_error(AdministratorsRefusal::TooManyAdministrators);
}

#[test]
fn the_last_one_stays() {
    let removed = AdministratorsEvent::Removed { user: user("usr_ana") };
    given(vec![begun()]).when(remove("usr_ana")).then_expect_error(AdministratorsRefusal::LastAdministrator);
    given(vec![begun()]).when(remove("usr_ben")).then_expect_events(vec![]);
    given(vec![begun(), named("usr_ben")]).when(remove("usr_ana")).then_expect_events(vec![removed]);
}

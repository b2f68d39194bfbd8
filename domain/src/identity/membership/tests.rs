//! A membership, given its past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use super::*;

fn given(past: Vec<MembershipEvent>) -> AggregateTestExecutor<Membership> {
    TestFramework::with(()).given(past)
}

fn ana() -> UserId {
    UserId::new("usr_ana").unwrap()
}

fn workspaces(names: &[&str]) -> BTreeSet<WorkspaceId> {
    names.iter().map(|name| WorkspaceId::new(*name).unwrap()).collect()
}

fn added(role: Role) -> MembershipEvent {
    MembershipEvent::Added { user: ana(), role, workspaces: workspaces(&["orders"]) }
}

fn add(role: Role) -> MembershipCommand {
    MembershipCommand::Add { user: ana(), role, workspaces: workspaces(&["orders"]) }
}

#[test]
fn a_member_has_one_role_and_some_workspaces() {
    given(vec![]).when(add(Role::Editor)).then_expect_events(vec![added(Role::Editor)]);
}

#[test]
fn adding_again_changes_nothing_and_adding_otherwise_is_refused() {
    given(vec![added(Role::Editor)]).when(add(Role::Editor)).then_expect_events(vec![]);
    given(vec![added(Role::Editor)])
        .when(add(Role::Admin))
        .then_expect_error(MembershipRefusal::MemberExists);
}

#[test]
fn a_role_changes_once() {
    let changed = MembershipEvent::RoleChanged { role: Role::Viewer };
    let change = || MembershipCommand::ChangeRole { role: Role::Viewer };
    given(vec![added(Role::Editor)]).when(change()).then_expect_events(vec![changed.clone()]);
    given(vec![added(Role::Editor), changed]).when(change()).then_expect_events(vec![]);
}

#[test]
fn workspaces_are_replaced_as_a_whole() {
    let change = MembershipCommand::ChangeWorkspaces { workspaces: workspaces(&["a", "b"]) };
    let changed = MembershipEvent::WorkspacesChanged { workspaces: workspaces(&["a", "b"]) };
    given(vec![added(Role::Editor)]).when(change).then_expect_events(vec![changed]);
}

#[test]
fn one_change_does_what_is_new_in_it() {
    let change =
        |role, names: Option<&[&str]>| MembershipCommand::Change { role, workspaces: names.map(workspaces) };
    let role = MembershipEvent::RoleChanged { role: Role::Viewer };
    let opened = MembershipEvent::WorkspacesChanged { workspaces: workspaces(&["a"]) };
    let past = || given(vec![added(Role::Editor)]);
    past().when(change(Some(Role::Viewer), Some(&["a"]))).then_expect_events(vec![role.clone(), opened]);
    past().when(change(Some(Role::Viewer), Some(&["orders"]))).then_expect_events(vec![role]);
    past().when(change(None, None)).then_expect_events(vec![]);
    given(vec![]).when(change(None, None)).then_expect_error(MembershipRefusal::UnknownMember);
}

#[test]
fn who_was_removed_is_no_member_and_may_be_added_again() {
    let past = vec![added(Role::Editor), MembershipEvent::Removed {}];
    given(past.clone()).when(MembershipCommand::Remove).then_expect_events(vec![]);
    given(past.clone())
        .when(MembershipCommand::ChangeRole { role: Role::Viewer })
        .then_expect_error(MembershipRefusal::UnknownMember);
    given(past).when(add(Role::Viewer)).then_expect_events(vec![added(Role::Viewer)]);
}

#[test]
fn a_membership_opens_what_it_names_and_some_roles_open_all() {
    let details = |role| Details { user: ana(), role, workspaces: workspaces(&["orders"]) };
    let (orders, other) = (WorkspaceId::new("orders").unwrap(), WorkspaceId::new("other").unwrap());
    assert!(details(Role::Viewer).opens(&orders));
    assert!(!details(Role::Viewer).opens(&other));
    assert!(details(Role::Auditor).opens(&other));
}

#[test]
fn refusals_are_told_of_a_member_each_time_and_of_nobody_else() {
    let note = |refusals| MembershipCommand::NoteRefusals { operation: "POST /v1/api-keys".into(), refusals };
    let noted =
        |refusals| MembershipEvent::RequestsRefused { operation: "POST /v1/api-keys".into(), refusals };
    given(vec![added(Role::Viewer)]).when(note(10)).then_expect_events(vec![noted(10)]);
    given(vec![added(Role::Viewer), noted(10)]).when(note(10)).then_expect_events(vec![noted(10)]);
    given(vec![]).when(note(10)).then_expect_error(MembershipRefusal::UnknownMember);
}

#[test]
fn who_comes_and_who_goes_is_counted_and_nothing_else() {
    let counted = [added(Role::Editor), MembershipEvent::Removed {}];
    let counted = counted.map(|event| Membership::counts(&event));
    assert_eq!(counted, [1, -1].map(|by| Some(Counted::Moves(Quota::Members, by))));
    assert_eq!(Membership::counts(&MembershipEvent::RoleChanged { role: Role::Viewer }), None);
}

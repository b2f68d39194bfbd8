//! A workspace, given its past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use super::*;

fn given(past: Vec<WorkspaceEvent>) -> AggregateTestExecutor<Workspace> {
    TestFramework::with(()).given(past)
}

fn created() -> WorkspaceEvent {
    WorkspaceEvent::Created { name: "Invoices".into(), description: String::new() }
}

fn create(name: &str) -> WorkspaceCommand {
    WorkspaceCommand::Create { name: name.into(), description: String::new() }
}

fn rename(name: &str) -> WorkspaceCommand {
    WorkspaceCommand::Rename { name: name.into() }
}

#[test]
fn a_new_workspace_takes_its_trimmed_name() {
    given(vec![]).when(create(" Invoices ")).then_expect_events(vec![created()]);
}

#[test]
fn creating_it_again_changes_nothing() {
    given(vec![created()]).when(create("Invoices")).then_expect_events(vec![]);
}

#[test]
fn creating_another_under_the_same_id_is_refused() {
    given(vec![created()]).when(create("Orders")).then_expect_error(WorkspaceRefusal::WorkspaceExists);
}

#[test]
fn a_workspace_needs_a_name() {
    given(vec![]).when(create(" ")).then_expect_error(WorkspaceRefusal::BadName);
    given(vec![created()]).when(rename("")).then_expect_error(WorkspaceRefusal::BadName);
}

#[test]
fn nothing_can_be_asked_of_a_workspace_that_does_not_exist() {
    given(vec![]).when(rename("Orders")).then_expect_error(WorkspaceRefusal::UnknownWorkspace);
    given(vec![]).when(WorkspaceCommand::Archive).then_expect_error(WorkspaceRefusal::UnknownWorkspace);
}

#[test]
fn renaming_is_told_once() {
    let renamed = WorkspaceEvent::Renamed { name: "Orders".into() };
    given(vec![created()]).when(rename("Orders")).then_expect_events(vec![renamed.clone()]);
    given(vec![created(), renamed]).when(rename("Orders")).then_expect_events(vec![]);
}

#[test]
fn a_description_is_bounded() {
    let describe = |description: String| WorkspaceCommand::Describe { description };
    given(vec![created()])
        .when(describe("x".repeat(DESCRIPTION_LENGTH_MAX + 1)))
        .then_expect_error(WorkspaceRefusal::DescriptionTooLong);
    given(vec![created()])
        .when(describe("What we are owed".into()))
        .then_expect_events(vec![WorkspaceEvent::Described { description: "What we are owed".into() }]);
}

#[test]
fn an_archived_workspace_stays_as_it_is() {
    let past = vec![created(), WorkspaceEvent::Archived {}];
    given(past.clone()).when(rename("Orders")).then_expect_error(WorkspaceRefusal::WorkspaceArchived);
    given(past).when(WorkspaceCommand::Archive).then_expect_events(vec![]);
}

#[test]
fn one_change_does_what_is_new_in_it() {
    let change = |name: Option<&str>, description: Option<&str>| WorkspaceCommand::Change {
        name: name.map(str::to_owned),
        description: description.map(str::to_owned),
    };
    let renamed = || WorkspaceEvent::Renamed { name: "Bills".into() };
    let described = || WorkspaceEvent::Described { description: "All of them".into() };
    let past = || vec![WorkspaceEvent::Created { name: "Invoices".into(), description: String::new() }];
    given(past())
        .when(change(Some("Bills"), Some("All of them")))
        .then_expect_events(vec![renamed(), described()]);
    given(past()).when(change(Some("Invoices"), Some("All of them"))).then_expect_events(vec![described()]);
    given(past()).when(change(None, None)).then_expect_events(vec![]);
    given(past())
        .when(change(Some("Bills"), Some(&"x".repeat(2_001))))
        .then_expect_error(WorkspaceRefusal::DescriptionTooLong);
}

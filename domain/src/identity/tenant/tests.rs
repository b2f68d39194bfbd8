//! A tenant, given its past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use super::*;
use crate::personal::SubjectId;

fn given(past: Vec<TenantEvent>) -> AggregateTestExecutor<Tenant> {
    TestFramework::with(()).given(past)
}

fn ana() -> UserId {
    UserId::new("usr_ana").unwrap()
}

fn created() -> TenantEvent {
    TenantEvent::Created { name: "Acme".into(), owner: ana() }
}

fn create(name: &str) -> TenantCommand {
    TenantCommand::Create { name: name.into(), owner: ana() }
}

fn contact(address: &str) -> Personal<String> {
    Personal::new(SubjectId::new("usr_ana").unwrap(), address.into())
}

fn change_contact(address: &str) -> TenantCommand {
    TenantCommand::ChangeContact { contact: contact(address) }
}

#[test]
fn a_new_tenant_has_a_name_and_an_owner() {
    given(vec![]).when(create("Acme")).then_expect_events(vec![created()]);
}

#[test]
fn creating_it_again_changes_nothing_and_another_is_refused() {
    given(vec![created()]).when(create("Acme")).then_expect_events(vec![]);
    given(vec![created()]).when(create("Globex")).then_expect_error(TenantRefusal::TenantExists);
}

#[test]
fn a_tenant_needs_a_name() {
    given(vec![]).when(create("\n")).then_expect_error(TenantRefusal::BadName);
}

#[test]
fn the_contact_is_an_address() {
    given(vec![created()])
        .when(change_contact("ana@example.org"))
        .then_expect_events(vec![TenantEvent::ContactChanged { contact: contact("ana@example.org") }]);
    for wrong in ["", "ana", "@example.org", "ana@", "a na@example.org"] {
        given(vec![created()]).when(change_contact(wrong)).then_expect_error(TenantRefusal::BadContact);
    }
}

#[test]
fn the_same_contact_again_changes_nothing() {
    let past = vec![created(), TenantEvent::ContactChanged { contact: contact("ana@example.org") }];
    given(past).when(change_contact("ana@example.org")).then_expect_events(vec![]);
}

#[test]
fn nothing_can_be_asked_of_a_tenant_that_does_not_exist() {
    given(vec![]).when(TenantCommand::Close).then_expect_error(TenantRefusal::UnknownTenant);
}

#[test]
fn a_closed_tenant_stays_closed() {
    let past = vec![created(), TenantEvent::Closed {}];
    let rename = TenantCommand::Change { name: Some("Globex".into()), require_second_factor: None };
    given(past.clone()).when(rename).then_expect_error(TenantRefusal::TenantClosed);
    given(past).when(TenantCommand::Close).then_expect_events(vec![]);
}

#[test]
fn a_tenant_keeps_at_least_one_owner() {
    let bob = || UserId::new("usr_bob").unwrap();
    let (added, removed) =
        (TenantEvent::OwnerAdded { user: bob() }, TenantEvent::OwnerRemoved { user: ana() });
    let remove = |owner| TenantCommand::RemoveOwner { owner };
    given(vec![created()]).when(remove(ana())).then_expect_error(TenantRefusal::LastOwner);
    given(vec![created()]).when(remove(bob())).then_expect_events(vec![]);
    given(vec![created()])
        .when(TenantCommand::AddOwner { owner: bob() })
        .then_expect_events(vec![added.clone()]);
    given(vec![created(), added.clone()]).when(remove(ana())).then_expect_events(vec![removed.clone()]);
    given(vec![created(), added, removed]).when(remove(bob())).then_expect_error(TenantRefusal::LastOwner);
}

#[test]
fn an_owner_hands_over_and_is_none_afterwards() {
    let bob = || UserId::new("usr_bob").unwrap();
    let (added, removed) =
        (TenantEvent::OwnerAdded { user: bob() }, TenantEvent::OwnerRemoved { user: ana() });
    let transfer = |from, to| TenantCommand::Transfer { from, to };
    given(vec![created()])
        .when(transfer(ana(), bob()))
        .then_expect_events(vec![added.clone(), removed.clone()]);
    given(vec![created(), added.clone()])
        .when(transfer(ana(), bob()))
        .then_expect_events(vec![removed.clone()]);
    given(vec![created(), added, removed])
        .when(transfer(ana(), bob()))
        .then_expect_error(TenantRefusal::NoOwner);
    given(vec![created()]).when(transfer(bob(), ana())).then_expect_error(TenantRefusal::NoOwner);
    given(vec![created()]).when(transfer(ana(), ana())).then_expect_error(TenantRefusal::NoOwner);
}

#[test]
fn each_export_of_the_audit_is_told_of() {
    let export = TenantCommand::ExportAudit { after: 0, up_to: 41 };
    let exported = TenantEvent::AuditExported { after: 0, up_to: 41 };
    given(vec![created()]).when(export.clone()).then_expect_events(vec![exported.clone()]);
    given(vec![created(), exported.clone()]).when(export.clone()).then_expect_events(vec![exported]);
    given(vec![]).when(export).then_expect_error(TenantRefusal::UnknownTenant);
}

#[test]
fn a_change_changes_what_it_names_and_tells_of_each_once() {
    let change = |name: Option<&str>, require_second_factor| TenantCommand::Change {
        name: name.map(str::to_owned),
        require_second_factor,
    };
    let renamed = TenantEvent::Renamed { name: "Globex".into() };
    let required = |required| TenantEvent::SecondFactorRequirementChanged { required };
    let both = vec![renamed, required(true)];
    given(vec![created()]).when(change(None, None)).then_expect_events(vec![]);
    given(vec![created()]).when(change(None, Some(false))).then_expect_events(vec![]);
    given(vec![created()]).when(change(Some("Globex"), Some(true))).then_expect_events(both.clone());
    given(vec![created()]).when(change(Some(""), Some(true))).then_expect_error(TenantRefusal::BadName);
    let past = [vec![created()], both].concat();
    given(past.clone()).when(change(Some("Globex"), Some(true))).then_expect_events(vec![]);
    given(past).when(change(None, Some(false))).then_expect_events(vec![required(false)]);
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn begin_closing(name: &str, seconds: i64) -> TenantCommand {
    TenantCommand::BeginClosing { name: name.into(), ends_at: at(seconds) }
}

#[test]
fn closing_takes_the_right_name_and_is_taken_back() {
    let begun = TenantEvent::ClosingBegun { ends_at: at(10) };
    given(vec![created()]).when(begin_closing("Acme", 10)).then_expect_events(vec![begun.clone()]);
    given(vec![created()]).when(begin_closing("acme", 10)).then_expect_error(TenantRefusal::NameDiffers);
    // Once is enough, and it ends no later.
    given(vec![created(), begun.clone()]).when(begin_closing("Acme", 20)).then_expect_events(vec![]);
    given(vec![created(), begun.clone()])
        .when(TenantCommand::Change { name: Some("Globex".into()), require_second_factor: None })
        .then_expect_error(TenantRefusal::TenantClosing);
    given(vec![created(), begun])
        .when(TenantCommand::WithdrawClosing)
        .then_expect_events(vec![TenantEvent::ClosingWithdrawn {}]);
    given(vec![created()]).when(TenantCommand::WithdrawClosing).then_expect_events(vec![]);
    // It is taken along until the end.
    let begun = TenantEvent::ClosingBegun { ends_at: at(10) };
    given(vec![created(), begun])
        .when(TenantCommand::RecordExport)
        .then_expect_events(vec![TenantEvent::Exported {}]);
}

#[test]
fn a_suspended_tenant_changes_nothing_until_it_is_restored() {
    let suspended = TenantEvent::Suspended { reason: "unpaid".into() };
    let past = || given(vec![created(), suspended.clone()]);
    given(vec![created()])
        .when(TenantCommand::Suspend { reason: "unpaid".into() })
        .then_expect_events(vec![suspended.clone()]);
    past().when(TenantCommand::Suspend { reason: "again".into() }).then_expect_events(vec![]);
    past().when(begin_closing("Acme", 10)).then_expect_error(TenantRefusal::TenantSuspended);
    past().when(TenantCommand::WithdrawClosing).then_expect_error(TenantRefusal::TenantSuspended);
    past()
        .when(TenantCommand::Change { name: Some("Globex".into()), require_second_factor: None })
        .then_expect_error(TenantRefusal::TenantSuspended);
    let restored = TenantEvent::Restored { reason: "paid".into() };
    past().when(TenantCommand::Restore { reason: "paid".into() }).then_expect_events(vec![restored]);
    given(vec![created()]).when(TenantCommand::Restore { reason: "paid".into() }).then_expect_events(vec![]);
    past().when(TenantCommand::Suspend { reason: " ".into() }).then_expect_error(TenantRefusal::BadReason);
}

#[test]
fn only_a_closed_tenant_is_emptied_and_once() {
    let ended = Ended { members: 2, ..Ended::default() };
    let record = || TenantCommand::RecordEmptied { ended };
    let emptied = TenantEvent::Emptied { ended };
    given(vec![created()]).when(record()).then_expect_error(TenantRefusal::TenantOpen);
    given(vec![created(), TenantEvent::Closed {}]).when(record()).then_expect_events(vec![emptied.clone()]);
    given(vec![created(), TenantEvent::Closed {}, emptied]).when(record()).then_expect_events(vec![]);
}

fn quota_changed(limit: Option<u64>) -> TenantEvent {
    TenantEvent::QuotaChanged { quota: Quota::Members, limit, reason: "their plan".into() }
}

fn change_quota(limit: Option<u64>) -> TenantCommand {
    TenantCommand::ChangeQuota { quota: Quota::Members, limit, reason: " their plan".into() }
}

#[test]
fn a_limit_is_set_changed_and_lifted_and_the_same_again_changes_nothing() {
    given(vec![created()]).when(change_quota(None)).then_expect_events(vec![]);
    given(vec![created()]).when(change_quota(Some(5))).then_expect_events(vec![quota_changed(Some(5))]);
    let limited = vec![created(), quota_changed(Some(5))];
    given(limited.clone()).when(change_quota(Some(5))).then_expect_events(vec![]);
    given(limited.clone()).when(change_quota(Some(0))).then_expect_events(vec![quota_changed(Some(0))]);
    given(limited.clone()).when(change_quota(None)).then_expect_events(vec![quota_changed(None)]);
    let lifted = [limited, vec![quota_changed(None)]].concat();
    given(lifted).when(change_quota(None)).then_expect_events(vec![]);
}

#[test]
fn a_limit_has_a_reason_and_is_not_beyond_everything() {
    let without_reason =
        TenantCommand::ChangeQuota { quota: Quota::Members, limit: Some(1), reason: " ".into() };
    given(vec![created()]).when(without_reason).then_expect_error(TenantRefusal::BadReason);
    let beyond = change_quota(Some(crate::identity::quota::LIMIT_MAX + 1));
    given(vec![created()]).when(beyond).then_expect_error(TenantRefusal::BadLimit);
    given(vec![]).when(change_quota(Some(1))).then_expect_error(TenantRefusal::UnknownTenant);
}

#[test]
fn a_tenant_that_is_closed_has_no_limits_to_change_and_one_that_is_suspended_has() {
    let closed = vec![created(), TenantEvent::Closed {}];
    given(closed).when(change_quota(Some(1))).then_expect_error(TenantRefusal::TenantClosed);
    let suspended = vec![created(), TenantEvent::Suspended { reason: "abuse".into() }];
    given(suspended).when(change_quota(Some(1))).then_expect_events(vec![quota_changed(Some(1))]);
}

#[test]
fn only_a_limit_that_is_kept_exactly_moves_a_counter() {
    let counted = Tenant::counts(&quota_changed(Some(5)));
    assert_eq!(counted, Some(Counted::Limits(Quota::Members, Some(5))));
    let per_day =
        TenantEvent::QuotaChanged { quota: Quota::EventsPerDay, limit: Some(5), reason: "their plan".into() };
    assert_eq!(Tenant::counts(&per_day), None);
}

//! A user, given their past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use super::*;
use crate::identity::{CredentialId, ProofId, RecoveryCodesId, SecondFactorId};
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
        proof: None,
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

fn proof(name: &str) -> ProofId {
    ProofId::new(name).unwrap()
}

fn credential(name: &str) -> CredentialId {
    CredentialId::new(name).unwrap()
}

/// Ana, whose address waits for its proof.
fn waiting() -> Vec<UserEvent> {
    let UserEvent::Registered { email, username, name, credential, tenant, .. } = registered() else {
        unreachable!()
    };
    vec![
        UserEvent::Registered { email, username, name, credential, email_verified: false, tenant },
        UserEvent::EmailProofRequested { proof: proof("prf_1") },
    ]
}

#[test]
fn registering_with_a_proof_asks_for_it() {
    let UserCommand::Register { email, username, name, credential, tenant, .. } =
        register("ana@example.org", Some("ana"), None)
    else {
        unreachable!()
    };
    let proof = Some(proof("prf_1"));
    let register = UserCommand::Register { email, username, name, credential, proof, tenant };
    given(vec![]).when(register).then_expect_events(waiting());
}

#[test]
fn an_address_is_proven_by_the_last_proof_and_once() {
    let verify = |name| UserCommand::VerifyEmail { proof: proof(name) };
    given(waiting()).when(verify("prf_1")).then_expect_events(vec![UserEvent::EmailVerified {}]);
    given(waiting()).when(verify("prf_2")).then_expect_error(UserRefusal::ProofSpent);
    let again = UserEvent::EmailProofRequested { proof: proof("prf_2") };
    let asked_again = [waiting(), vec![again]].concat();
    given(asked_again.clone()).when(verify("prf_1")).then_expect_error(UserRefusal::ProofSpent);
    given(asked_again).when(verify("prf_2")).then_expect_events(vec![UserEvent::EmailVerified {}]);
    let proven = [waiting(), vec![UserEvent::EmailVerified {}]].concat();
    given(proven.clone()).when(verify("prf_1")).then_expect_error(UserRefusal::ProofSpent);
    given(proven).when(UserCommand::RequestEmailProof { proof: proof("prf_3") }).then_expect_events(vec![]);
}

#[test]
fn only_who_was_never_proven_is_discarded_and_is_gone_then() {
    given(waiting()).when(UserCommand::Discard).then_expect_events(vec![UserEvent::Discarded {}]);
    given(vec![registered()]).when(UserCommand::Discard).then_expect_error(UserRefusal::EmailVerified);
    let gone = [waiting(), vec![UserEvent::Discarded {}]].concat();
    given(gone.clone()).when(UserCommand::Discard).then_expect_events(vec![]);
    given(gone.clone())
        .when(UserCommand::VerifyEmail { proof: proof("prf_1") })
        .then_expect_error(UserRefusal::UnknownUser);
    given(gone).when(register("ana@example.org", None, None)).then_expect_error(UserRefusal::UserExists);
}

#[test]
fn a_password_is_reset_by_the_last_proof_and_once() {
    let reset = |name| UserCommand::ResetPassword { proof: proof(name), credential: credential("crd_2") };
    let requested = UserEvent::PasswordResetRequested { proof: proof("prf_1") };
    let was_reset = UserEvent::PasswordReset { credential: credential("crd_2") };
    given(vec![registered()]).when(reset("prf_1")).then_expect_error(UserRefusal::ProofSpent);
    given(vec![registered(), requested.clone()])
        .when(reset("prf_1"))
        .then_expect_events(vec![was_reset.clone()]);
    given(vec![registered(), requested.clone(), was_reset])
        .when(reset("prf_1"))
        .then_expect_error(UserRefusal::ProofSpent);
    // Whoever changes the password has no use for a reset any more.
    let changed = UserEvent::PasswordChanged { credential: credential("crd_3") };
    given(vec![registered(), requested, changed])
        .when(reset("prf_1"))
        .then_expect_error(UserRefusal::ProofSpent);
}

#[test]
fn an_address_changes_when_the_new_one_is_proven_and_the_old_one_may_take_it_back() {
    let change = || UserCommand::ChangeEmail { proof: proof("prf_1"), revert: proof("prf_2") };
    let requested =
        UserEvent::EmailChangeRequested { email: of_ana("new@example.org"), proof: proof("prf_1") };
    let changed = UserEvent::EmailChanged {
        email: of_ana("new@example.org"),
        previous: of_ana("ana@example.org"),
        revert: proof("prf_2"),
    };
    let reverted = UserEvent::EmailReverted { email: of_ana("ana@example.org") };
    given(vec![registered()]).when(change()).then_expect_error(UserRefusal::ProofSpent);
    given(vec![registered(), requested.clone()]).when(change()).then_expect_events(vec![changed.clone()]);
    given(vec![registered(), requested.clone(), changed.clone()])
        .when(change())
        .then_expect_error(UserRefusal::ProofSpent);
    given(vec![registered(), requested.clone(), changed.clone()])
        .when(UserCommand::RevertEmail { proof: proof("prf_2") })
        .then_expect_events(vec![reverted.clone()]);
    given(vec![registered(), requested, changed, reverted])
        .when(UserCommand::RevertEmail { proof: proof("prf_2") })
        .then_expect_error(UserRefusal::ProofSpent);
}

#[test]
fn whoever_is_erased_is_gone_and_nothing_is_known_of_them() {
    given(vec![registered()]).when(UserCommand::Erase).then_expect_events(vec![UserEvent::Erased {}]);
    let gone = vec![registered(), UserEvent::Erased {}];
    given(gone.clone()).when(UserCommand::Erase).then_expect_events(vec![]);
    given(gone.clone())
        .when(register("ana@example.org", None, None))
        .then_expect_error(UserRefusal::UserExists);
    let mut user = User::default();
    gone.into_iter().for_each(|event| user.apply(event));
    assert_eq!(user.details(), None);
}

#[test]
fn nobody_is_erased_who_never_was() {
    given(vec![]).when(UserCommand::Erase).then_expect_error(UserRefusal::UnknownUser);
}

#[test]
fn failed_sign_ins_are_told_of_to_the_tenants_of_the_person() {
    given(vec![registered(), UserEvent::TenantJoined { tenant: globex() }])
        .when(UserCommand::CountFailedSignIns { failures: 10 })
        .then_expect_events(vec![UserEvent::SignInsFailed { failures: 10, tenants: vec![acme(), globex()] }]);
    given(vec![])
        .when(UserCommand::CountFailedSignIns { failures: 10 })
        .then_expect_error(UserRefusal::UnknownUser);
}

fn codes(name: &str) -> RecoveryCodesId {
    RecoveryCodesId::new(name).unwrap()
}

fn factor_added() -> UserEvent {
    UserEvent::SecondFactorAdded {
        factor: SecondFactorId::new("fac_1").unwrap(),
        recovery_codes: codes("rcs_1"),
    }
}

#[test]
fn there_is_one_second_factor_at_a_time() {
    let add = |name| UserCommand::AddSecondFactor {
        factor: SecondFactorId::new(name).unwrap(),
        recovery_codes: codes("rcs_1"),
    };
    let with_one = vec![registered(), factor_added()];
    given(vec![registered()]).when(add("fac_1")).then_expect_events(vec![factor_added()]);
    given(with_one.clone()).when(add("fac_1")).then_expect_events(vec![]);
    given(with_one.clone()).when(add("fac_2")).then_expect_error(UserRefusal::SecondFactorExists);
    let removed = UserEvent::SecondFactorRemoved {};
    let remove = UserCommand::RemoveSecondFactor;
    given(with_one.clone()).when(remove.clone()).then_expect_events(vec![removed.clone()]);
    let without = [with_one, vec![removed]].concat();
    given(without.clone()).when(remove).then_expect_events(vec![]);
    given(without).when(add("fac_1")).then_expect_events(vec![factor_added()]);
}

#[test]
fn the_last_recovery_codes_count_alone_and_only_beside_a_factor() {
    let renew = || UserCommand::RenewRecoveryCodes { recovery_codes: codes("rcs_2") };
    let use_of = |name| UserCommand::UseRecoveryCode { recovery_codes: codes(name) };
    let renewed = UserEvent::RecoveryCodesRenewed { recovery_codes: codes("rcs_2") };
    let used = |name| UserEvent::RecoveryCodeUsed { recovery_codes: codes(name) };
    let with_one = vec![registered(), factor_added()];
    given(vec![registered()]).when(renew()).then_expect_error(UserRefusal::NoSecondFactor);
    given(vec![registered()]).when(use_of("rcs_1")).then_expect_error(UserRefusal::NoSecondFactor);
    given(with_one.clone()).when(use_of("rcs_1")).then_expect_events(vec![used("rcs_1")]);
    given(with_one.clone()).when(renew()).then_expect_events(vec![renewed.clone()]);
    let after = [with_one, vec![renewed]].concat();
    given(after.clone()).when(renew()).then_expect_events(vec![]);
    given(after.clone()).when(use_of("rcs_1")).then_expect_error(UserRefusal::RecoveryCodesReplaced);
    given(after).when(use_of("rcs_2")).then_expect_events(vec![used("rcs_2")]);
}

#[test]
fn a_reset_leaves_the_second_factor_where_it_is() {
    let requested = UserEvent::PasswordResetRequested { proof: proof("prf_1") };
    let was_reset = UserEvent::PasswordReset { credential: credential("crd_2") };
    let mut user = User::default();
    for event in [registered(), factor_added(), requested, was_reset] {
        user.apply(event);
    }
    assert!(user.details().unwrap().second_factor.is_some());
}

#[test]
fn whoever_is_suspended_changes_nothing_until_they_are_restored() {
    let suspend = || UserCommand::Suspend { reason: "abuse".into() };
    let restore = || UserCommand::Restore { reason: "a mistake".into() };
    let (suspended, restored) =
        (UserEvent::Suspended { reason: "abuse".into() }, UserEvent::Restored { reason: "a mistake".into() });
    given(vec![registered()]).when(suspend()).then_expect_events(vec![suspended.clone()]);
    given(vec![registered(), suspended.clone()]).when(suspend()).then_expect_events(vec![]);
    given(vec![registered(), suspended.clone()]).when(restore()).then_expect_events(vec![restored.clone()]);
    given(vec![registered()]).when(restore()).then_expect_events(vec![]);
    given(vec![registered()])
        .when(UserCommand::Suspend { reason: " ".into() })
        .then_expect_error(UserRefusal::BadReason);
    let refused = [
        change_profile(None, None),
        UserCommand::JoinTenant { tenant: globex() },
        UserCommand::ChangePassword { credential: credential("crd_2") },
        UserCommand::RequestPasswordReset { proof: proof("prf_1") },
        UserCommand::RequestEmailChange { email: of_ana("new@example.org"), proof: proof("prf_1") },
    ];
    for command in refused {
        given(vec![registered(), suspended.clone()])
            .when(command.clone())
            .then_expect_error(UserRefusal::Suspended);
    }
    // Others may still take them out of a tenant.
    given(vec![registered(), suspended.clone()])
        .when(UserCommand::LeaveTenant { tenant: acme() })
        .then_expect_events(vec![UserEvent::TenantLeft { tenant: acme() }]);
    // A link of before is good for nothing afterwards.
    let requested = UserEvent::PasswordResetRequested { proof: proof("prf_1") };
    given(vec![registered(), requested, suspended, restored])
        .when(UserCommand::ResetPassword { proof: proof("prf_1"), credential: credential("crd_2") })
        .then_expect_error(UserRefusal::ProofSpent);
}

#[test]
fn whoever_is_deleted_is_gone_for_ever() {
    let gone = vec![registered(), UserEvent::Deleted {}];
    given(vec![registered()]).when(UserCommand::Delete).then_expect_events(vec![UserEvent::Deleted {}]);
    given(gone.clone()).when(UserCommand::Delete).then_expect_events(vec![]);
    given(gone.clone())
        .when(UserCommand::Restore { reason: "back".into() })
        .then_expect_error(UserRefusal::UnknownUser);
    given(gone).when(register("ana@example.org", None, None)).then_expect_error(UserRefusal::UserExists);
    given(vec![]).when(UserCommand::Delete).then_expect_error(UserRefusal::UnknownUser);
}

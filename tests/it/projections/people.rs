//! Tenants, members and users in their rows; what is personal is gone from new rows once its person was erased.

use std::collections::BTreeSet;

use domain::identity::membership::MembershipCommand;
use domain::identity::tenant::TenantCommand;
use domain::identity::user::UserCommand;
use domain::identity::{CredentialId, Membership, PLATFORM_TENANT, Role, Tenant, User, UserId};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{Plan, Request};
use projections::TenantQueries;
use projections::identity::{activity, members, tenants, users};
use support::database;
use support::log::{TestLog, request, stream_id, tenant, workspace_id};
use support::projections::{assert_rows_equal_the_log, caught_up, start};

fn user(name: &str) -> UserId {
    UserId::new(format!("usr_{name}")).unwrap()
}

async fn to_member(log: &TestLog, name: &str, command: MembershipCommand) {
    let plan = Plan::new().decide::<Membership>(&tenant("acme"), stream_id(user(name).as_str()), command);
    log.executor().execute(&request(), plan).await.unwrap();
}

async fn to_tenant(log: &TestLog, command: TenantCommand) {
    let plan = Plan::new().decide::<Tenant>(&tenant("acme"), stream_id("acme"), command);
    log.executor().execute(&request(), plan).await.unwrap();
}

async fn to_user(log: &TestLog, name: &str, command: UserCommand) {
    let platform = tenant(PLATFORM_TENANT);
    let plan = Plan::new().decide::<User>(&platform, stream_id(user(name).as_str()), command);
    log.executor().execute(&Request::new(platform, user(name).as_str()), plan).await.unwrap();
}

fn registration(name: &str) -> UserCommand {
    let about = |text: String| Personal::new(SubjectId::new(user(name).as_str()).unwrap(), text);
    UserCommand::Register {
        email: about(format!("{name}@example.org")),
        username: Some(about(name.to_owned())),
        name: None,
        credential: CredentialId::new(format!("crd_{name}")).unwrap(),
        proof: None,
        tenant: tenant("acme"),
    }
}

#[tokio::test]
async fn members_come_change_and_go() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    let add =
        |name: &str, role| MembershipCommand::Add { user: user(name), role, workspaces: BTreeSet::new() };
    to_member(&log, "ana", add("ana", Role::Owner)).await;
    to_member(&log, "bob", add("bob", Role::Viewer)).await;
    to_member(&log, "cyd", add("cyd", Role::Viewer)).await;
    to_member(&log, "bob", MembershipCommand::ChangeRole { role: Role::Editor }).await;
    let opened = BTreeSet::from([workspace_id("w1"), workspace_id("w2")]);
    to_member(&log, "bob", MembershipCommand::ChangeWorkspaces { workspaces: opened.clone() }).await;
    to_member(&log, "cyd", MembershipCommand::Remove).await;
    caught_up(&log.log, &running).await;
    assert_rows_equal_the_log(&log.log, &log.url).await;

    let queries = TenantQueries::open(&log.url, 1).unwrap();
    let mut acme = queries.begin(&tenant("acme")).await.unwrap();
    let listed = members::list(&mut acme, None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|row| row.user.clone()).collect::<Vec<_>>(), [user("ana"), user("bob")]);
    let bob = members::one(&mut acme, &user("bob")).await.unwrap().unwrap();
    assert_eq!((bob.role, bob.workspaces, bob.version), (Role::Editor, opened, 3));
    assert_eq!(members::one(&mut acme, &user("cyd")).await.unwrap(), None);
    drop(acme);

    to_member(&log, "cyd", add("cyd", Role::Operator)).await;
    caught_up(&log.log, &running).await;
    assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}

#[tokio::test]
async fn a_tenant_is_in_its_row_and_in_no_other_tenants_sight() {
    let log = TestLog::open().await;
    to_tenant(&log, TenantCommand::Create { name: "Acme".into(), owner: user("ana") }).await;
    to_tenant(&log, TenantCommand::AddOwner { owner: user("bob") }).await;
    to_tenant(&log, TenantCommand::Change { name: Some("Acme Ltd".into()), require_second_factor: None })
        .await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let queries = TenantQueries::open(&log.url, 2).unwrap();
    let mut acme = queries.begin(&tenant("acme")).await.unwrap();
    let row = tenants::one(&mut acme).await.unwrap().unwrap();
    assert_eq!(
        (row.name.as_str(), row.owners, row.closed),
        ("Acme Ltd", vec![user("ana"), user("bob")], false)
    );
    let mut globex = queries.begin(&tenant("globex")).await.unwrap();
    assert_eq!(tenants::one(&mut globex).await.unwrap(), None);
    running.stop().await;
}

#[tokio::test]
async fn users_are_the_platforms_and_their_rows_hold_nothing_personal() {
    let log = TestLog::open().await;
    for name in ["ana", "bob"] {
        to_user(&log, name, registration(name)).await;
    }
    to_user(&log, "bob", UserCommand::JoinTenant { tenant: tenant("globex") }).await;
    // Erased before the rows are made, as on a rebuild: the row is made all the same.
    sqlx::query("update subject_keys set wrapped = null, erased_at = now() where subject = 'usr_ana'")
        .execute(&mut database::superuser(&log.url).await)
        .await
        .unwrap();
    let node = log.another_node().await;
    let running = start(&node, &log.url).await;
    caught_up(&node, &running).await;
    assert_rows_equal_the_log(&node, &log.url).await;

    let queries = TenantQueries::open(&log.url, 2).unwrap();
    let mut platform = queries.begin(&tenant(PLATFORM_TENANT)).await.unwrap();
    let listed = users::list(&mut platform, None, None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|row| row.id.clone()).collect::<Vec<_>>(), [user("ana"), user("bob")]);
    let rows: Vec<String> = sqlx::query_scalar("select to_jsonb(u)::text from read.users u")
        .fetch_all(&mut database::superuser(&log.url).await)
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| !row.contains("example.org")), "{rows:?}");
    let bob = users::one(&mut platform, &user("bob")).await.unwrap().unwrap();
    assert_eq!(bob.tenants, [tenant("acme"), tenant("globex")]);

    let mut acme = queries.begin(&tenant("acme")).await.unwrap();
    assert_eq!(users::list(&mut acme, None, None, 10).await.unwrap(), []);
    assert_eq!(activity::list(&mut acme, None, &["user.registered"], None, 10).await.unwrap(), []);
    running.stop().await;
    node.close().await;
}

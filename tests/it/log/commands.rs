//! Commands: each is carried out once, answered with its receipt, and refused for a reason.

use domain::identity::tenant::TenantCommand;
use domain::identity::{Tenant, UserId, Workspace};
use eventstore::execute::{CommandError, Plan};
use eventstore::read::At;
use support::log::{
    TestLog, command, create, keyed, rename, request, stream_id, tenant, to_workspace, workspace_id,
};

#[tokio::test]
async fn a_command_is_in_the_log_when_its_receipt_comes() {
    let log = TestLog::open().await;
    let receipt = command(&log.executor(), &request(), "invoices", create("Invoices")).await.unwrap();
    assert_eq!((receipt.position, receipt.version(), receipt.replayed), (1, 1, false));

    let events = log.log.reader().between(1, 10).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event_type, "workspace.created");
    assert_eq!(events[0].payload_text, r#"{"name":"Invoices","description":""}"#);
    assert_eq!(events[0].scope, Some(workspace_id("invoices")));
    let meta = events[0].meta().unwrap();
    assert_eq!((meta.event_id, meta.actor.as_str()), (receipt.event_ids[0], "usr_ana"));
    assert_eq!(log.verify().await, 1);
}

#[tokio::test]
async fn a_refusal_changes_nothing_and_says_why() {
    let log = TestLog::open().await;
    let error = command(&log.executor(), &request(), "invoices", rename("Orders")).await.unwrap_err();
    let CommandError::Refused(refused) = error else { panic!("{error:?}") };
    assert_eq!((refused.code, refused.aggregate), ("unknown_workspace", "workspace"));
    assert_eq!(log.verify().await, 0);
}

#[tokio::test]
async fn a_command_already_carried_out_changes_nothing_and_answers_with_the_head() {
    let log = TestLog::open().await;
    let executor = log.executor();
    command(&executor, &request(), "invoices", create("Invoices")).await.unwrap();
    command(&executor, &request(), "orders", create("Orders")).await.unwrap();
    let again = command(&executor, &request(), "invoices", create("Invoices")).await.unwrap();
    assert_eq!((again.position, again.version(), again.event_ids.len()), (2, 1, 0));
    assert_eq!(log.verify().await, 2);
}

#[tokio::test]
async fn a_retry_under_the_same_key_gets_the_first_receipt_on_any_node() {
    let log = TestLog::open().await;
    let executor = log.executor();
    let asked = keyed(&executor, "key-1", "create invoices");
    let first = command(&executor, &asked, "invoices", create("Invoices")).await.unwrap();
    // The retry draws another id for the workspace, as a client's retry makes its server do.
    let retry = command(&executor, &asked, "invoices-2", create("Invoices")).await.unwrap();
    assert!(retry.replayed);
    assert_eq!(
        (retry.position, &retry.event_ids, &retry.streams),
        (first.position, &first.event_ids, &first.streams)
    );

    let other = log.another_node().await;
    let elsewhere = command(&other.executor(), &asked, "invoices-3", create("Invoices")).await.unwrap();
    assert_eq!((elsewhere.position, elsewhere.event_ids), (first.position, first.event_ids));
    assert_eq!(log.verify().await, 1);
    other.close().await;
}

#[tokio::test]
async fn a_retry_is_not_refused_by_its_own_first_success() {
    let log = TestLog::open().await;
    let executor = log.executor();
    let asked = keyed(&executor, "key-1", "rename");
    command(&executor, &request(), "invoices", create("Invoices")).await.unwrap();
    let first = command(&executor, &asked, "invoices", rename("Orders")).await.unwrap();
    command(&executor, &request(), "invoices", domain::identity::workspace::WorkspaceCommand::Archive)
        .await
        .unwrap();
    let retry = command(&executor, &asked, "invoices", rename("Orders")).await.unwrap();
    assert_eq!((retry.replayed, retry.position, retry.version()), (true, first.position, 2));
}

#[tokio::test]
async fn a_key_used_for_something_else_is_refused() {
    let log = TestLog::open().await;
    let executor = log.executor();
    command(&executor, &keyed(&executor, "key-1", "one"), "a", create("A")).await.unwrap();
    let other = command(&executor, &keyed(&executor, "key-1", "two"), "b", create("B")).await.unwrap_err();
    assert!(matches!(other, CommandError::KeyReused), "{other:?}");
    assert_eq!(log.verify().await, 1);
}

#[tokio::test]
async fn a_use_case_over_several_aggregates_is_one_unit() {
    let log = TestLog::open().await;
    let executor = log.executor();
    let acme = tenant("acme");
    let register = || {
        let owner = UserId::new("usr_ana").unwrap();
        Plan::new()
            .create::<Tenant>(&acme, stream_id("acme"), TenantCommand::Create { name: "Acme".into(), owner })
            .create::<Workspace>(&acme, stream_id("default"), create("Default"))
            .take("email", "mac-of-ana", "usr_ana")
    };
    let receipt = executor.execute(&request(), register()).await.unwrap();
    assert_eq!((receipt.position, receipt.streams.len()), (2, 2));

    // The same address again: the name is taken, and neither stream comes to be.
    let bob = TenantCommand::Create { name: "Globex".into(), owner: UserId::new("usr_bob").unwrap() };
    let again = Plan::new()
        .create::<Tenant>(&acme, stream_id("globex"), bob)
        .create::<Workspace>(&acme, stream_id("other"), create("Other"))
        .take("email", "mac-of-ana", "usr_bob");
    let error = executor.execute(&request(), again).await.unwrap_err();
    assert!(matches!(error, CommandError::Taken), "{error:?}");
    assert_eq!(log.verify().await, 2);
}

#[tokio::test]
async fn a_wrong_belief_that_a_stream_is_new_costs_a_try_and_nothing_else() {
    let log = TestLog::open().await;
    let executor = log.executor();
    let acme = tenant("acme");
    command(&executor, &request(), "invoices", create("Invoices")).await.unwrap();
    let same = Plan::new().create::<Workspace>(&acme, stream_id("invoices"), create("Invoices"));
    let receipt = executor.execute(&request(), same).await.unwrap();
    assert_eq!((receipt.event_ids.len(), receipt.version()), (0, 1));
    let other = Plan::new().create::<Workspace>(&acme, stream_id("invoices"), create("Orders"));
    let error = executor.execute(&request(), other).await.unwrap_err();
    assert!(
        matches!(&error, CommandError::Refused(refused) if refused.code == "workspace_exists"),
        "{error:?}"
    );
    assert_eq!(log.verify().await, 1);
}

#[tokio::test]
async fn an_expected_version_is_exact_ahead_and_behind() {
    let log = TestLog::open().await;
    let executor = log.executor();
    let acme = tenant("acme");
    command(&executor, &request(), "invoices", create("Invoices")).await.unwrap();
    for (expected, fits) in [(0, false), (2, false), (1, true)] {
        let plan =
            Plan::new().decide_at::<Workspace>(&acme, stream_id("invoices"), expected, rename("Orders"));
        match executor.execute(&request(), plan).await {
            Ok(receipt) => assert_eq!((fits, receipt.version()), (true, 2)),
            Err(CommandError::VersionMismatch { actual, .. }) => assert_eq!((fits, actual), (false, 1)),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_only_read_guards_the_unit() {
    let log = TestLog::open().await;
    let executor = log.executor();
    let acme = tenant("acme");
    command(&executor, &request(), "schema", create("Schema")).await.unwrap();
    let write = |id: &str, version| {
        to_workspace(id, create("Record")).unmoved::<Workspace>(&acme, stream_id("schema"), version)
    };
    executor.execute(&request(), write("one", 1)).await.unwrap();
    command(&executor, &request(), "schema", rename("Schema 2")).await.unwrap();
    let error = executor.execute(&request(), write("two", 1)).await.unwrap_err();
    assert!(matches!(error, CommandError::VersionMismatch { expected: 1, actual: 2 }), "{error:?}");
    executor.execute(&request(), write("two", 2)).await.unwrap();
    // Version zero: must not exist.
    let absent =
        |id: &str| to_workspace(id, create("Record")).unmoved::<Workspace>(&acme, stream_id("nothing"), 0);
    executor.execute(&request(), absent("three")).await.unwrap();
    assert_eq!(log.verify().await, 5);
}

#[tokio::test]
async fn two_nodes_never_decide_on_what_the_other_changed() {
    let log = TestLog::open().await;
    let other = log.another_node().await;
    let (here, there) = (log.executor(), other.executor());
    command(&here, &request(), "invoices", create("Invoices")).await.unwrap();
    command(&there, &request(), "invoices", rename("Orders")).await.unwrap();
    // Remembered here as "Invoices": taken for done, this would be lost.
    let back = command(&here, &request(), "invoices", rename("Invoices")).await.unwrap();
    assert_eq!(back.version(), 3);
    let state = log
        .log
        .reader()
        .state_at::<Workspace>(&tenant("acme"), stream_id("invoices"), At::Now)
        .await
        .unwrap();
    assert_eq!((state.state.name(), state.version), (Some("Invoices"), 3));
    other.close().await;
}

#[tokio::test]
async fn a_plan_that_stands_in_its_own_way_is_not_sent() {
    let log = TestLog::open().await;
    let acme = tenant("acme");
    let plan = || to_workspace("invoices", create("Invoices"));
    let doubles = [
        plan().take("email", "mac", "ana").take("email", "mac", "bob"),
        plan().fence("one", 1, 1).fence("two", 1, 1),
        plan().count(&acme, "records", 1).count(&acme, "records", 1),
    ];
    for double in doubles {
        let error = log.executor().execute(&request(), double).await.unwrap_err();
        assert!(matches!(error, CommandError::Fault(_)), "{error:?}");
    }
    let far = plan().count(&acme, "records", i64::MAX);
    let error = log.executor().execute(&request(), far).await.unwrap_err();
    assert!(matches!(error, CommandError::TooLarge(_)), "{error:?}");
    assert_eq!(log.verify().await, 0);
}

#[tokio::test]
async fn a_command_that_changes_nothing_still_minds_what_it_only_reads() {
    let log = TestLog::open().await;
    let executor = log.executor();
    let acme = tenant("acme");
    command(&executor, &request(), "schema", create("Schema")).await.unwrap();
    command(&executor, &request(), "invoices", create("Invoices")).await.unwrap();
    let again = |version| {
        to_workspace("invoices", create("Invoices")).unmoved::<Workspace>(&acme, stream_id("schema"), version)
    };
    executor.execute(&request(), again(1)).await.unwrap();
    let error = executor.execute(&request(), again(2)).await.unwrap_err();
    assert!(matches!(error, CommandError::VersionMismatch { expected: 2, actual: 1 }), "{error:?}");
}

//! A dump, restored into another database, is the same log: it goes on where it ended.

use domain::identity::UserId;
use domain::identity::tenant::TenantCommand;
use domain::identity::{Tenant, Workspace};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{CommandError, Plan, Receipt};
use eventstore::read::At;
use eventstore::{Log, migrate};
use support::dump::restored;
use support::log::{
    TestLog, command, create, keyed, options, rename, request, stream_id, tenant, to_workspace, verify,
};

/// A workspace, a contact under seal, a name that is taken and a command under a key.
async fn used_log() -> (TestLog, Receipt) {
    let log = TestLog::open().await;
    let executor = log.executor();
    let acme = tenant("acme");
    let owner = UserId::new("usr_ana").unwrap();
    let register = Plan::new()
        .create::<Tenant>(&acme, stream_id("acme"), TenantCommand::Create { name: "Acme".into(), owner })
        .create::<Workspace>(&acme, stream_id("invoices"), create("Invoices"))
        .take("name", "acme", "usr_ana");
    executor.execute(&request(), register).await.unwrap();
    let contact = Personal::new(SubjectId::new("ana").unwrap(), "ana@example.org".into());
    let change = TenantCommand::ChangeContact { contact };
    let change = Plan::new().decide::<Tenant>(&acme, stream_id("acme"), change);
    executor.execute(&request(), change).await.unwrap();
    let asked = keyed(&executor, "key-1", "rename");
    let receipt = command(&executor, &asked, "invoices", rename("Orders")).await.unwrap();
    (log, receipt)
}

#[tokio::test]
async fn a_restored_dump_goes_on_without_a_gap() {
    let (log, first) = used_log().await;
    let Some(url) = restored(&log.url, "restored").await else {
        return;
    };
    migrate::up(&url).await.unwrap();
    let copy = Log::open(options(&url, log.keys_dir())).await.unwrap();
    let executor = copy.executor();

    let retry =
        command(&executor, &keyed(&executor, "key-1", "rename"), "invoices", rename("Orders")).await.unwrap();
    assert_eq!(
        (retry.replayed, retry.position, &retry.event_ids, &retry.streams),
        (true, first.position, &first.event_ids, &first.streams)
    );

    let taken = to_workspace("other", create("Other")).take("name", "acme", "usr_bob");
    let error = executor.execute(&request(), taken).await.unwrap_err();
    assert!(matches!(error, CommandError::Taken), "{error:?}");

    let next = command(&executor, &request(), "invoices", rename("Payments")).await.unwrap();
    assert_eq!((next.position, next.version()), (first.position + 1, 3));
    assert_eq!(next.incarnation, first.incarnation);
    let read = copy.reader().state_at::<Tenant>(&tenant("acme"), stream_id("acme"), At::Now).await.unwrap();
    let contact = read.state.contact().and_then(Personal::get).cloned();
    assert_eq!(contact.as_deref(), Some("ana@example.org"));
    assert_eq!(verify(&url).await, first.position + 1);
    copy.close().await;
}

//! A dump, restored into another database, is the same log: it goes on where it ended.

use std::path::PathBuf;
use std::process::{Command, Output};

use domain::identity::UserId;
use domain::identity::tenant::TenantCommand;
use domain::identity::{Tenant, Workspace};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{CommandError, Plan, Receipt};
use eventstore::read::At;
use eventstore::{Log, migrate};
use support::log::{
    TestLog, command, create, keyed, options, rename, request, stream_id, tenant, to_workspace, verify,
};
use support::{database, skipped};

/// The folder of the server's own programs: a dump of a newer server needs a newer `pg_dump`.
async fn programs(url: &str) -> PathBuf {
    let folder: String = sqlx::query_scalar("select setting from pg_config where name = 'BINDIR'")
        .fetch_one(&mut database::superuser(url).await)
        .await
        .unwrap();
    folder.into()
}

fn succeed(program: &mut Command) {
    let Output { status, stderr, .. } = program.output().unwrap();
    assert!(status.success(), "{program:?}: {}", String::from_utf8_lossy(&stderr));
}

/// Copies a database as an operator does. Nothing when the programs for it are missing.
async fn restored(from: &str, name: &str) -> Option<String> {
    let programs = programs(from).await;
    if !programs.join("pg_dump").is_file() || !programs.join("pg_restore").is_file() {
        skipped::suite("restoring a dump", "pg_dump");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dump");
    succeed(
        Command::new(programs.join("pg_dump"))
            .args(["--format=custom", "--file"])
            .arg(&file)
            .arg(format!("--dbname={from}")),
    );
    let url = database::empty(name).await;
    succeed(
        Command::new(programs.join("pg_restore"))
            .args(["--exit-on-error", &format!("--dbname={url}")])
            .arg(&file),
    );
    Some(url)
}

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

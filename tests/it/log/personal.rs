//! Personal data: sealed wherever it lies, readable in its place only, and gone once its subject is erased.

use std::fs;
use std::time::Duration;

use domain::identity::tenant::TenantCommand;
use domain::identity::{Tenant, UserId};
use domain::personal::{Personal, SubjectId};
use domain::secret::Secret;
use eventstore::event::Unreadable;
use eventstore::execute::{CommandError, Executor, Plan, Receipt};
use eventstore::payload::ReadFault;
use eventstore::read::{At, StateFault};
use eventstore::{Log, chain_of};
use sqlx::{AssertSqlSafe, Executor as _};
use support::log::{TestLog, options, request, stream_id, tenant};
use support::{database, wait};

const ADDRESS: &str = "ana@example.org";

fn contact_of(subject: &str, address: &str) -> TenantCommand {
    let subject = SubjectId::new(subject).unwrap();
    TenantCommand::ChangeContact { contact: Personal::new(subject, address.into()) }
}

async fn to_acme(executor: &Executor, command: TenantCommand) -> Result<Receipt, CommandError> {
    let plan = Plan::new().decide::<Tenant>(&tenant("acme"), stream_id("acme"), command);
    executor.execute(&request(), plan).await
}

/// The tenant `acme`, whose contact is Ana.
async fn with_contact() -> TestLog {
    let log = TestLog::open().await;
    let created = TenantCommand::Create { name: "Acme".into(), owner: UserId::new("usr_ana").unwrap() };
    for command in [created, contact_of("ana", ADDRESS)] {
        to_acme(&log.executor(), command).await.unwrap();
    }
    log
}

async fn state_at(log: &Log, at: At) -> Result<Tenant, StateFault> {
    let read = log.reader().state_at::<Tenant>(&tenant("acme"), stream_id("acme"), at).await;
    read.map(|read| read.state)
}

/// The contact as a node reads it; nothing once it was erased.
async fn contact_read(log: &Log) -> Option<String> {
    let state = state_at(log, At::Now).await.unwrap();
    state.contact().unwrap().get().cloned()
}

/// Rows of any table that hold the text in plain, or its bytes.
async fn rows_with(url: &str, text: &str) -> i64 {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut admin = database::superuser(url).await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.oid::regclass::text from pg_class c
         where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    let mut rows = 0;
    for table in tables {
        let sql = format!(
            "select count(*) from {table} t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0"
        );
        rows += sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql))
            .bind(text)
            .bind(&hex)
            .fetch_one(&mut admin)
            .await
            .unwrap();
    }
    rows
}

async fn as_superuser(log: &TestLog, sql: &'static str) {
    let done = sqlx::query(sql).execute(&mut database::superuser(&log.url).await).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
}

async fn erase_ana(log: &TestLog) {
    as_superuser(log, "update subject_keys set wrapped = null, erased_at = now() where subject = 'ana'")
        .await;
}

#[tokio::test]
async fn no_row_holds_it_in_plain_and_every_node_reads_it_back() {
    let log = with_contact().await;
    assert_eq!(rows_with(&log.url, ADDRESS).await, 0);
    // The search finds what is there in plain.
    assert!(rows_with(&log.url, "usr_ana").await > 0);

    let other = log.another_node().await;
    assert_eq!(contact_read(&log.log).await.as_deref(), Some(ADDRESS));
    assert_eq!(contact_read(&other).await.as_deref(), Some(ADDRESS));
    assert_eq!(log.verify().await, 2);
    other.close().await;
}

/// Ninety-eight renames bring the tenant to a hundred events, and to its snapshot.
async fn with_snapshot() -> TestLog {
    let log = with_contact().await;
    for number in 3..=100 {
        let name = format!("Acme {number}");
        to_acme(&log.executor(), TenantCommand::Change { name: Some(name), require_second_factor: None })
            .await
            .unwrap();
    }
    wait::until_true("the snapshot is written", Duration::from_secs(10), async || {
        let count = sqlx::query_scalar::<_, i64>("select count(*) from snapshots");
        let count = count.fetch_one(&mut database::superuser(&log.url).await).await;
        count.unwrap() == 1
    })
    .await;
    log
}

#[tokio::test]
async fn a_snapshot_holds_it_sealed_and_is_of_use() {
    let log = with_snapshot().await;
    assert_eq!(rows_with(&log.url, ADDRESS).await, 0);
    // Without the events that led to it, only the snapshot can tell the contact.
    as_superuser(&log, "delete from events where event_type = 'tenant.contact_changed'").await;
    let other = log.another_node().await;
    assert_eq!(contact_read(&other).await.as_deref(), Some(ADDRESS));
    let again = to_acme(&other.executor(), contact_of("ana", ADDRESS)).await.unwrap();
    assert_eq!((again.event_ids.len(), again.version()), (0, 100));
    other.close().await;
}

#[tokio::test]
async fn sealed_text_does_not_open_in_another_event() {
    let log = with_contact().await;
    to_acme(&log.executor(), contact_of("ana", "ana@example.com")).await.unwrap();
    as_superuser(
        &log,
        "update events set payload = (select payload from events where position = 2) where position = 3",
    )
    .await;
    assert!(state_at(&log.log, At::Version(2)).await.is_ok());
    let fault = state_at(&log.log, At::Version(3)).await.unwrap_err();
    assert!(
        matches!(fault, StateFault::Read(ReadFault::Unreadable(Unreadable::Payload { position: 3, .. }))),
        "{fault:?}"
    );
}

#[tokio::test]
async fn an_erased_subject_reads_as_nothing_and_the_rest_goes_on() {
    let log = with_snapshot().await;
    erase_ana(&log).await;
    let other = log.another_node().await;
    assert_eq!(contact_read(&other).await, None);
    let renamed = TenantCommand::Change { name: Some("Acme".into()), require_second_factor: None };
    let receipt = to_acme(&other.executor(), renamed).await.unwrap();
    assert_eq!(receipt.version(), 101);
    to_acme(&other.executor(), contact_of("bob", "bob@example.org")).await.unwrap();
    assert_eq!(contact_read(&other).await.as_deref(), Some("bob@example.org"));
    assert_eq!(log.verify().await, 102);
    other.close().await;
}

#[tokio::test]
async fn nothing_new_is_recorded_about_an_erased_subject() {
    let log = with_contact().await;
    erase_ana(&log).await;
    let other = log.another_node().await;
    let refused = to_acme(&other.executor(), contact_of("ana", "ana@example.com")).await.unwrap_err();
    assert!(
        matches!(&refused, CommandError::Refused(refused) if refused.code == "subject_erased"),
        "{refused:?}"
    );
    assert_eq!(log.verify().await, 2);
    other.close().await;
}

#[tokio::test]
async fn a_missing_key_on_a_database_that_needs_it_is_named() {
    let log = with_contact().await;
    let path = log.keys_dir().join("key-encryption-1.key");
    fs::remove_file(&path).unwrap();
    let refused = Log::open(options(&log.url, log.keys_dir())).await.err().unwrap();
    let text = chain_of(&refused);
    assert!(text.contains(path.to_str().unwrap()), "{text}");
    assert!(!path.exists());
}

#[tokio::test]
async fn a_wrong_key_opens_nothing_and_erases_nothing() {
    let log = with_contact().await;
    let others = TestLog::open().await;
    const KEY: &str = "key-encryption-1.key";
    fs::copy(others.keys_dir().join(KEY), log.keys_dir().join(KEY)).unwrap();
    // Without its mark: with it, the node would not start at all.
    database::superuser(&log.url).await.execute("delete from key_marks").await.unwrap();
    let other = log.another_node().await;
    let fault = state_at(&other, At::Now).await.unwrap_err();
    assert!(chain_of(&fault).contains("the key of subject ana does not unwrap"), "{fault:?}");
    let error = to_acme(&other.executor(), contact_of("ana", "ana@example.com")).await.unwrap_err();
    assert!(matches!(error, CommandError::Fault(_)), "{error:?}");
    other.close().await;
}

/// Personal data takes part in the fingerprint, or a key could be used again for another address. Secrets do not,
/// or the stored fingerprint could be used to guess them.
#[tokio::test]
async fn a_fingerprint_covers_personal_data_and_leaves_secrets_out() {
    let log = TestLog::open().await;
    let executor = log.executor();
    let fingerprint = |address: &str, password: &str| {
        let subject = SubjectId::new("ana").unwrap();
        let request =
            ("register", Personal::new(subject, address.to_owned()), Secret::new(password.to_owned()));
        executor.fingerprint("register", &request).unwrap()
    };
    let first = fingerprint(ADDRESS, "one");
    assert_eq!(fingerprint(ADDRESS, "two"), first);
    assert_ne!(fingerprint("bob@example.org", "one"), first);

    // Another installation has another key, so its fingerprints tell nothing about ours.
    let elsewhere = TestLog::open().await;
    let subject = SubjectId::new("ana").unwrap();
    let same = ("register", Personal::new(subject, ADDRESS.to_owned()), Secret::new(()));
    assert_ne!(elsewhere.executor().fingerprint("register", &same).unwrap(), first);
}

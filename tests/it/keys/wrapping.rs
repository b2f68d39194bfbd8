//! Another key takes over from the one that wraps, while commands are served and although a process dies in between: nothing
//! is unreadable at any moment, and in the end everything lies under the new key.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use domain::identity::tenant::TenantCommand;
use domain::identity::{Tenant, UserId};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{Executor, Plan};
use eventstore::keyring::wrapped::WRAPPED;
use eventstore::read::At;
use eventstore::webhook_secrets::{Owner, WebhookSecrets};
use eventstore::{Log, chain_of};
use sqlx::Executor as _;
use support::database;
use support::log::{TestLog, request, stream_id, tenant};
use support::transfer::command_on;
use tokio::task::JoinHandle;

const OLD: &str = "key-encryption-1.key";
const NEW: &str = "key-encryption-2.key";

/// Somebody new becomes the contact of `acme`: a key for them is made and wrapped.
async fn somebody_new(executor: &Executor, number: u32) -> Result<(), String> {
    let subject = SubjectId::new(format!("person-{number}")).unwrap();
    let contact = Personal::new(subject, format!("person-{number}@example.org"));
    let command = TenantCommand::ChangeContact { contact };
    let plan = Plan::new().decide::<Tenant>(&tenant("acme"), stream_id("acme"), command);
    executor.execute(&request(), plan).await.map(drop).map_err(|error| chain_of(&error))
}

/// Whom the log has as contact at each of these versions. The first is of the tenant's creation.
async fn assert_read(log: &Log, people: u32) {
    for number in (0..people).step_by(40).chain([people - 1]) {
        let at = At::Version(i64::from(number) + 2);
        let read = log.reader().state_at::<Tenant>(&tenant("acme"), stream_id("acme"), at).await.unwrap();
        let contact = read.state.contact().and_then(|contact| contact.get().cloned());
        assert_eq!(contact, Some(format!("person-{number}@example.org")));
    }
}

struct Load {
    is_over: Arc<AtomicBool>,
    working: JoinHandle<u32>,
}

impl Load {
    /// People who come one after the other; each must be taken.
    fn start(executor: Executor, people: Arc<AtomicU32>) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let working = tokio::spawn(async move {
            let before = people.load(Ordering::Relaxed);
            while !over.load(Ordering::Relaxed) {
                somebody_new(&executor, people.load(Ordering::Relaxed)).await.unwrap();
                people.fetch_add(1, Ordering::Relaxed);
            }
            people.load(Ordering::Relaxed) - before
        });
        Self { is_over, working }
    }

    async fn end(self) {
        self.is_over.store(true, Ordering::Relaxed);
        assert!(self.working.await.unwrap() > 0);
    }
}

async fn keys(log: &TestLog, arguments: &[&str], dies_at: Option<&str>) -> Output {
    let mut arguments = [["keys"].as_slice(), arguments].concat();
    if arguments[1] != "list" {
        arguments.extend(["--reason", "it is old"]);
    }
    let mut command = command_on(&log.url, log.keys_dir(), &arguments);
    command.envs(dies_at.map(|point| ("AIRTIDE_DIE_AT", point)));
    // Not on this thread: the load goes on meanwhile.
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[track_caller]
fn done(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn refused(output: Output, code: i32, because: &str) {
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{talk}");
    assert!(talk.contains(because), "{talk}");
}

async fn keys_in_use(url: &str) -> BTreeSet<String> {
    let asking = "select kek from subject_keys union select kek from webhook_secrets";
    let admin = &mut database::superuser(url).await;
    sqlx::query_scalar::<_, String>(asking).fetch_all(admin).await.unwrap().into_iter().collect()
}

fn copy(from: &Path, to: &Path, name: &str) {
    fs::copy(from.join(name), to.join(name)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_takes_over_under_load_although_a_process_dies_in_between() {
    let log = TestLog::open().await;
    let create = TenantCommand::Create { name: "Acme".into(), owner: UserId::new("usr_ana").unwrap() };
    let plan = Plan::new().decide::<Tenant>(&tenant("acme"), stream_id("acme"), create);
    log.executor().execute(&request(), plan).await.unwrap();
    let people = Arc::new(AtomicU32::new(0));
    for number in 0..250 {
        somebody_new(&log.executor(), number).await.unwrap();
        people.fetch_add(1, Ordering::Relaxed);
    }
    let secrets = WebhookSecrets::open(&log.url, log.log.keys()).unwrap();
    let (of_tenant, webhook, id) =
        (tenant("acme"), domain::id::Id::new("wh_1").unwrap(), domain::id::Id::new("whs_1").unwrap());
    let owner = Owner { tenant: &of_tenant, webhook: &webhook };
    let secret = secrets.keep_new(owner, &id).await.unwrap();
    // A node on another machine has a folder of its own.
    let folder = tempfile::tempdir().unwrap();
    for name in [OLD, "request-mac.key", "look-up.key", "token-signing.key", "checkpoint-signing.key"] {
        copy(log.keys_dir(), folder.path(), name);
    }
    let elsewhere = TestLog::open_with(&log.url, folder.path()).await;

    // What is added is known, and wraps nothing.
    done(keys(&log, &["add"], None).await);
    let mode = fs::metadata(log.keys_dir().join(NEW)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    refused(keys(&log, &["add"], None).await, 4, "waits to be put in use");
    refused(keys(&log, &["retire", "1"], None).await, 4, "wraps at present");
    refused(keys(&log, &["use", "7"], None).await, 1, "key-encryption-7.key is missing");
    somebody_new(&elsewhere.executor(), people.fetch_add(1, Ordering::Relaxed)).await.unwrap();
    assert_eq!(keys_in_use(&log.url).await, BTreeSet::from(["key-encryption-1".to_owned()]));

    // A node whose folder was forgotten says what it lacks, and goes on once it has it.
    done(keys(&log, &["use", "2"], None).await);
    let next = people.load(Ordering::Relaxed);
    let lacking = somebody_new(&elsewhere.executor(), next).await.unwrap_err();
    assert!(lacking.contains("key-encryption-2.key is missing"), "{lacking}");
    copy(log.keys_dir(), folder.path(), NEW);
    somebody_new(&elsewhere.executor(), people.fetch_add(1, Ordering::Relaxed)).await.unwrap();

    let load = Load::start(log.executor(), Arc::clone(&people));
    let died = keys(&log, &["rewrap"], Some("after_rewrapping:1")).await;
    assert_eq!(died.status.code(), None, "{}", String::from_utf8_lossy(&died.stderr));
    assert_eq!(keys_in_use(&log.url).await.len(), 2);
    assert_read(&elsewhere.log, people.load(Ordering::Relaxed)).await;
    refused(keys(&log, &["retire", "1"], None).await, 4, "there are values under the key 1 still");
    done(keys(&log, &["rewrap"], None).await);
    done(keys(&log, &["retire", "1"], None).await);
    load.end().await;

    assert_eq!(keys_in_use(&log.url).await, BTreeSet::from(["key-encryption-2".to_owned()]));
    let told = done(keys(&log, &["list"], None).await);
    assert!(told.contains("retired") && told.contains("1 in webhook_secrets"), "{told}");
    fs::remove_file(log.keys_dir().join(OLD)).unwrap();
    let without = log.another_node().await;
    assert_read(&without, people.load(Ordering::Relaxed)).await;
    let read = WebhookSecrets::open(&log.url, without.keys()).unwrap().read(owner, &[id]).await.unwrap();
    assert_eq!(read[0].reveal(), secret.reveal());

    // Whoever slept through all of it wraps nothing with the old key any more.
    let mut admin = database::superuser(&log.url).await;
    let late = admin.execute("update subject_keys set kek = 'key-encryption-1'").await.unwrap_err();
    assert!(late.to_string().contains("is retired"), "{late}");
    without.close().await;
}

#[tokio::test]
async fn every_table_that_names_a_key_is_wrapped_anew() {
    let mut admin = database::superuser(&database::fresh().await).await;
    let asking =
        "select c.table_name::text, exists (select from pg_trigger t where t.tgname = 'refuse_a_retired_key'
                    and t.tgrelid = c.table_name::regclass)
                  from information_schema.columns c where column_name = 'kek' and table_schema = 'public'";
    let tables: Vec<(String, bool)> = sqlx::query_as(asking).fetch_all(&mut admin).await.unwrap();
    let known: BTreeSet<(String, bool)> = WRAPPED.iter().map(|each| (each.table.to_owned(), true)).collect();
    assert_eq!(tables.into_iter().collect::<BTreeSet<_>>(), known);
}

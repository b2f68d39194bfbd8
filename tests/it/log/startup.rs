//! What the log refuses to start on, and what brings a database to where it does start.

use std::time::Duration;

use eventstore::database::Unfit;
use eventstore::doctor::{self, Finding, State};
use eventstore::{Log, OpenFailed, migrate};
use server::dev::postgres::{PostgresOptions, PrivatePostgres};
use sqlx::{AssertSqlSafe, Executor};
use support::log::{TestLog, command, create, options, request};
use support::{database, wait};
use tempfile::TempDir;

async fn open(url: &str, keys: &TempDir) -> Result<(), OpenFailed> {
    let log = Log::open(options(url, keys.path())).await?;
    log.close().await;
    Ok(())
}

async fn run(url: &str, sql: String) {
    database::superuser(url).await.execute(AssertSqlSafe(sql)).await.unwrap();
}

fn start(settings: &[(&str, &str)]) -> PrivatePostgres {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    PrivatePostgres::start(&PostgresOptions { settings, ..Default::default() }).unwrap()
}

async fn turn_on(url: &str, setting: &str) {
    run(url, format!("alter system set {setting} = on")).await;
    run(url, "select pg_reload_conf()".into()).await;
    wait::until_true("the setting is in force", Duration::from_secs(10), async || {
        let value = sqlx::query_scalar::<_, String>("select current_setting($1)").bind(setting);
        let value = value.fetch_one(&mut database::superuser(url).await).await;
        value.unwrap() == "on"
    })
    .await;
}

/// Whatever could make an acknowledged command vanish is named, one after the other, until nothing is left.
#[tokio::test]
async fn a_database_that_may_forget_is_refused() {
    const SETTINGS: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];
    let postgres = start(&SETTINGS.map(|setting| (setting, "off")));
    let (url, keys) = (postgres.url(), tempfile::tempdir().unwrap());
    migrate::up(&url).await.unwrap();
    for setting in SETTINGS {
        let refused = open(&url, &keys).await.unwrap_err();
        assert!(
            matches!(&refused, OpenFailed::Unfit(Unfit::NotDurable(named)) if *named == setting),
            "{refused:?}"
        );
        turn_on(&url, setting).await;
    }
    open(&url, &keys).await.unwrap();
}

#[tokio::test]
async fn a_role_that_no_policy_binds_is_refused() {
    let postgres = start(&[]);
    let (url, keys) = (postgres.url(), tempfile::tempdir().unwrap());
    migrate::up(&url).await.unwrap();
    for role in ["log_writer", "log_reader"] {
        for right in ["superuser", "bypassrls"] {
            run(&url, format!("alter role {role} {right}")).await;
            let refused = open(&url, &keys).await.unwrap_err();
            assert!(
                matches!(&refused, OpenFailed::Unfit(Unfit::UnboundRole(named)) if named == role),
                "{refused:?}"
            );
            run(&url, format!("alter role {role} no{right}")).await;
        }
    }
    open(&url, &keys).await.unwrap();
}

#[tokio::test]
async fn a_database_that_was_never_migrated_is_refused() {
    let url = database::empty("never_migrated").await;
    let keys = tempfile::tempdir().unwrap();
    assert!(matches!(open(&url, &keys).await.unwrap_err(), OpenFailed::Unfit(_)));
}

/// Tables, columns, rights and policies, and the first batch: everything that a migration makes.
async fn made(url: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select format('%s %s %s', oid::regclass, relacl, relrowsecurity) from pg_class
           where relnamespace = 'public'::regnamespace
         union all select format('%s %s %s', attrelid::regclass, attname, atttypid::regtype) from pg_attribute
           where attnum > 0 and attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
         union all select format('%s %s %s', tablename, policyname, roles) from pg_policies
         union all select format('%s %s', oid::regprocedure, proacl) from pg_proc
           where pronamespace = 'public'::regnamespace
         union all select format('%s %s', incarnation, last_position) from log_batches
         order by 1",
    )
    .fetch_all(&mut database::superuser(url).await)
    .await
    .unwrap()
}

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    let url = database::fresh().await;
    let before = made(&url).await;
    assert!(!before.is_empty());
    migrate::up(&url).await.unwrap();
    assert_eq!(made(&url).await, before);
}

#[tokio::test]
async fn the_status_names_every_migration_before_and_after() {
    let url = database::empty("status_of_migrations").await;
    let before = migrate::status(&url).await.unwrap();
    assert!(!before.is_empty());
    assert!(before.iter().all(|migration| !migration.applied), "{before:?}");

    migrate::up(&url).await.unwrap();
    let after = migrate::status(&url).await.unwrap();
    assert_eq!(after.len(), before.len());
    assert!(after.iter().all(|migration| migration.applied), "{after:?}");
}

/// A deployment need not hand out a superuser: whoever owns the database and may make roles can do all of it.
#[tokio::test]
async fn an_owner_of_the_database_who_may_make_roles_can_migrate_and_run() {
    let postgres = start(&[]);
    let superuser = postgres.url();
    run(&superuser, "create role deployer login createrole password 'deployer'".into()).await;
    run(&superuser, "create database product owner deployer".into()).await;
    let url = format!("postgres://deployer:deployer@127.0.0.1:{}/product", postgres.port());
    migrate::up(&url).await.unwrap();
    migrate::up(&url).await.unwrap();

    let log = TestLog::open_on(url).await;
    let receipt = command(&log.executor(), &request(), "invoices", create("Invoices")).await.unwrap();
    assert_eq!(receipt.position, 1);
    assert_eq!(log.log.reader().head().await.unwrap(), 1);
    log.log.close().await;
}

#[tokio::test]
async fn a_node_with_other_keys_is_refused() {
    let log = TestLog::open().await;
    let others = tempfile::tempdir().unwrap();
    for name in ["key-encryption-1", "look-up", "token-signing", "checkpoint-signing"] {
        let file = format!("{name}.key");
        std::fs::copy(log.keys_dir().join(&file), others.path().join(&file)).unwrap();
    }
    let missing = Log::open(options(&log.url, others.path())).await.err().unwrap();
    assert!(eventstore::chain_of(&missing).contains("request-mac.key is missing"), "{missing:?}");

    std::fs::copy(log.keys_dir().join("look-up.key"), others.path().join("request-mac.key")).unwrap();
    let foreign = Log::open(options(&log.url, others.path())).await.err().unwrap();
    assert!(eventstore::chain_of(&foreign).contains("request-mac.key is another"), "{foreign:?}");
}

async fn keys_finding(log: &TestLog) -> Finding {
    let findings = doctor::examine(&log.url, log.keys_dir()).await;
    findings.into_iter().find(|finding| finding.check == "keys").unwrap()
}

/// A version that brings a key of its own makes it; what was made once must not be made again.
#[tokio::test]
async fn a_key_that_the_database_was_never_used_with_is_made() {
    let log = TestLog::open().await;
    let path = log.keys_dir().join("checkpoint-signing.key");
    std::fs::remove_file(&path).unwrap();
    let missing = Log::open(options(&log.url, log.keys_dir())).await.err().unwrap();
    assert!(eventstore::chain_of(&missing).contains("checkpoint-signing.key is missing"), "{missing:?}");

    run(&log.url, "delete from key_marks where name = 'checkpoint-signing'".into()).await;
    let found = keys_finding(&log).await;
    assert_eq!((found.state, found.detail), (State::Ok, format!("the next start makes {}", path.display())));
    log.another_node().await.close().await;
    assert!(path.exists());
}

#[tokio::test]
async fn several_migrate_at_once_and_take_turns() {
    let url = database::empty("several_migrate_at_once").await;
    let up = || migrate::up(&url);
    let (first, second, third) = tokio::join!(up(), up(), up());
    for outcome in [first, second, third] {
        outcome.unwrap();
    }
    assert!(migrate::status(&url).await.unwrap().iter().all(|migration| migration.applied));
}

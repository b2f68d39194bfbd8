//! A difference is found and named, and then nothing is switched; what is set aside comes back when it can be projected.

use projections::runtime::rebuild::{Kind, what_if};
use sqlx::Executor;
use support::database;
use support::log::TestLog;
use support::projections::{caught_up, start};

use super::{json, known_beside, made_anew, read_model, run, schemas, two_tenants};

const CHANGED: &str = "update read.workspaces set name = 'Forged' where tenant = 'acme' and id = 'two'";
const DELETED: &str = "delete from read.workspaces where tenant = 'globex' and id = 'one'";
const ADDED: &str =
    "insert into read.workspaces select 'acme', 'ghost', name, description, archived, created_at,
                            updated_at, version, position from read.workspaces limit 1";

async fn planted() -> TestLog {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    two_tenants(&log).await;
    caught_up(&log.log, &running).await;
    running.stop().await;
    let mut admin = database::superuser(&log.url).await;
    for offence in [CHANGED, DELETED, ADDED] {
        assert_eq!(admin.execute(offence).await.unwrap().rows_affected(), 1);
    }
    log
}

/// Rows that were changed, deleted and added by hand are each named by their key; the command ends with 1, and what was
/// in use still is.
#[tokio::test]
async fn rows_changed_by_hand_are_named_and_nothing_is_switched() {
    let log = planted().await;
    let why = ["--reason", "somebody was at the tables"];
    let (code, told) =
        json(&log, &[&["projections", "rebuild", "workspaces", "--verify", "--switch"][..], &why].concat());
    assert_eq!((code, &told["switched"]), (Some(1), &false.into()));
    let table = &told["verified"]["tables"][0];
    assert_eq!((&table["rows"], &table["differing"]), (&6.into(), &3.into()));
    let differences: Vec<String> =
        table["told"].as_array().unwrap().iter().map(|each| each.to_string()).collect();
    assert_eq!(
        differences,
        [
            r#"{"columns":[],"key":{"id":"ghost","tenant":"acme"},"kind":"only_in_use"}"#,
            r#"{"columns":["name"],"key":{"id":"two","tenant":"acme"},"kind":"differs"}"#,
            r#"{"columns":[],"key":{"id":"one","tenant":"globex"},"kind":"only_anew"}"#,
        ]
    );
    let mut admin = database::superuser(&log.url).await;
    let forged: i64 = sqlx::query_scalar("select count(*) from read.workspaces where name = 'Forged'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(forged, 1);
    let (code, text) =
        run(&log, &["projections", "rebuild", "workspaces", "--switch", "--reason", "it is right"]);
    assert_eq!(code, Some(0), "{text}");
    let forged: i64 = sqlx::query_scalar("select count(*) from read.workspaces where name = 'Forged'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(forged, 0, "without a comparison it is switched whatever was there");
}

/// `what-if` tells the same, ends with 1, and leaves nothing behind.
#[tokio::test]
async fn what_if_tells_the_differences_and_leaves_nothing() {
    let log = planted().await;
    let (code, text) = run(&log, &["what-if", "projection", "workspaces"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("workspaces id=two tenant=acme: differs in name"), "{text}");
    let mut admin = database::superuser(&log.url).await;
    assert_eq!(known_beside(&mut admin).await, 0);
    assert_eq!(schemas(&mut admin, "workspaces").await, ["workspaces_v1"]);

    let made = what_if(&log.url, &log.log.reader(), read_model("members"), &mut |_| {}).await.unwrap();
    assert!(made.holds() && !made.switched, "{made:?}");
    assert_eq!(schemas(&mut admin, "members").await, ["members_v1"]);
}

/// Keys that are set aside are missing in what is in use, and said to be; after the switch they are there and free.
#[tokio::test]
async fn what_was_set_aside_is_there_after_a_switch() {
    let log = TestLog::open().await;
    let mut admin = database::superuser(&log.url).await;
    admin
        .execute("alter table workspaces_v1.workspaces add constraint taste check (id <> 'two')")
        .await
        .unwrap();
    let running = start(&log.log, &log.url).await;
    two_tenants(&log).await;
    caught_up(&log.log, &running).await;
    let parked = "select parked_keys from projection_checkpoints where name = 'workspaces'";
    assert_eq!(sqlx::query_scalar::<_, i32>(parked).fetch_one(&mut admin).await.unwrap(), 2);

    let made = made_anew(&log, read_model("workspaces")).await.unwrap();
    let table = &made.verified.as_ref().unwrap().tables[0];
    assert!(table.told.iter().all(|each| each.kind == Kind::OnlyAnew && each.key["id"] == "two"), "{made:?}");
    assert_eq!((table.differing, made.switched), (2, false));

    let options = super::RebuildOptions { verify: false, ..super::options(&log, read_model("workspaces")) };
    super::rebuild(options, &mut |_| {}).await.unwrap();
    assert_eq!(sqlx::query_scalar::<_, i32>(parked).fetch_one(&mut admin).await.unwrap(), 0);
    two_tenants_again(&log).await;
    caught_up(&log.log, &running).await;
    support::projections::assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}

async fn two_tenants_again(log: &TestLog) {
    support::log::write_versions(&log.executor(), "four", 1..=3).await;
}

//! The switch, under the eyes of those who read and beside those who write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use projections::identity::workspaces;
use projections::{Progress, TenantQueries};
use sqlx::Executor;
use support::log::{TestLog, command, create, rename, request, tenant, workspace_id};
use support::projections::{assert_rows_equal_the_log, caught_up, start};
use support::{database, wait};

use super::{SOON, made_anew, read_model, schemas};

const SWITCHES: usize = 8;
const READERS: usize = 4;

/// Readers go on reading, and find what they have just written, while the tables are exchanged under them again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_meets_a_fault_while_tables_are_switched() {
    let log = Arc::new(TestLog::open().await);
    let running = start(&log.log, &log.url).await;
    command(&log.executor(), &request(), "first", create("First")).await.unwrap();
    caught_up(&log.log, &running).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let reads = Arc::new(AtomicU64::new(0));
    let readers: Vec<_> = (0..READERS)
        .map(|number| {
            let (log, progress) = (Arc::clone(&log), running.progress());
            let (is_over, reads) = (Arc::clone(&is_over), Arc::clone(&reads));
            tokio::spawn(async move { write_and_read(&log, &progress, number, &is_over, &reads).await })
        })
        .collect();
    for number in 0..SWITCHES {
        let before = reads.load(Ordering::Relaxed);
        let made = made_anew(&log, read_model("workspaces")).await.unwrap();
        assert!(made.switched && made.holds(), "{number}: {made:?}");
        wait::until_true("somebody reads after the switch", SOON, async || {
            reads.load(Ordering::Relaxed) >= before + READERS as u64
        })
        .await;
    }
    is_over.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.expect("no reader meets a fault");
    }
    caught_up(&log.log, &running).await;
    assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}

async fn write_and_read(
    log: &TestLog,
    progress: &Progress,
    number: usize,
    is_over: &AtomicBool,
    reads: &AtomicU64,
) {
    let queries = TenantQueries::open(&log.url, 1).unwrap();
    let id = format!("of_{number}");
    let mut version = 0;
    while !is_over.load(Ordering::Relaxed) {
        version += 1;
        let name = format!("Name {version}");
        let next = if version == 1 { create(&name) } else { rename(&name) };
        let receipt = command(&log.executor(), &request(), &id, next).await.unwrap();
        progress.wait_for("workspaces", receipt.position, SOON).await.unwrap();
        let mut acme = queries.begin(&tenant("acme")).await.unwrap();
        let found = workspaces::one(&mut acme, &workspace_id(&id)).await.unwrap().unwrap();
        assert_eq!((found.name, found.version), (name, version));
        reads.fetch_add(1, Ordering::Relaxed);
    }
}

/// A reader that is in the middle of its transaction is waited for, and others that come meanwhile are not.
#[tokio::test]
async fn the_switch_waits_for_a_reader_and_holds_up_no_other() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    command(&log.executor(), &request(), "first", create("First")).await.unwrap();
    caught_up(&log.log, &running).await;
    let mut slow = database::superuser(&log.url).await;
    slow.execute("begin; select from read.workspaces").await.unwrap();
    let mut admin = database::superuser(&log.url).await;
    let before = schemas(&mut admin, "workspaces").await;

    let switching = made_anew(&log, read_model("workspaces"));
    let reading = async {
        wait::until_true("the switch waits", SOON, async || {
            let waiting = "select exists (select from pg_stat_activity where wait_event_type = 'Lock'
                                          and datname = current_database() and query like '-- Run in the schema%')";
            sqlx::query_scalar(waiting).fetch_one(&mut admin).await.unwrap()
        })
        .await;
        for number in 0..20 {
            let receipt =
                command(&log.executor(), &request(), "first", rename(&number.to_string())).await.unwrap();
            running.progress().wait_for("workspaces", receipt.position, SOON).await.unwrap();
            admin.execute("select from read.workspaces").await.unwrap();
        }
        assert_eq!(schemas(&mut admin, "workspaces").await.len(), before.len() + 1, "it is beside");
        slow.execute("commit").await.unwrap();
    };
    let (made, ()) = tokio::join!(switching, reading);
    assert!(made.unwrap().switched);
    assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}

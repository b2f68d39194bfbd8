//! A process that makes a read model anew and is killed leaves what it has done to the next.

use std::process::Stdio;

use eventstore::execute::Executor;
use sqlx::PgConnection;
use support::log::{TestLog, write_versions};
use support::projections::{caught_up, start};
use support::{database, filled, wait};

use super::{SOON, command, json, known_beside};

const EVENTS: i64 = 20_000;
const ARGUMENTS: [&str; 9] = [
    "projections",
    "rebuild",
    "workspaces",
    "--verify",
    "--switch",
    "--reason",
    "trial",
    "--operation",
    "op_1",
];

/// Killed in the middle, it goes on where it was, under the same operation, and differs in nothing. Somebody writes
/// meanwhile, so that it is slow and the middle is long.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_killed_is_taken_up_where_it_was() {
    let log = TestLog::open().await;
    filled::workspaces(&log.url, EVENTS).await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let mut admin = database::superuser(&log.url).await;
    let writing = tokio::spawn(write_on(log.executor()));
    let mut killed = command(&log, &ARGUMENTS).stdout(Stdio::null()).spawn().unwrap();
    wait::until_true("it is in the middle", SOON, async || done(&mut admin).await > 1_000).await;
    killed.kill().unwrap();
    killed.wait().unwrap();
    writing.abort();
    let done = done(&mut admin).await;
    assert!(done < EVENTS, "it was killed too late: at {done}");

    caught_up(&log.log, &running).await;
    let head = log.log.reader().head().await.unwrap();
    let (code, told) = json(&log, &ARGUMENTS);
    assert_eq!((code, &told["resumed"], &told["switched"]), (Some(0), &true.into(), &true.into()), "{told}");
    let read = told["events"].as_i64().unwrap();
    assert!(read <= head - done, "it read {read} events of {head}, and {done} were done");
    assert_eq!(told["verified"]["tables"][0]["rows"], EVENTS + 1);
    assert_eq!(known_beside(&mut admin).await, 1, "the one that was replaced");
    assert_eq!(acts(&mut admin).await, ["operation.begun operator:ana", "operation.ended operator:ana"]);
    running.stop().await;
}

async fn write_on(executor: Executor) {
    write_versions(&executor, "busy", 1..).await;
}

async fn acts(admin: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "select event_type || ' ' || (meta ->> 'actor') from events where type = 'operation' order by position",
    )
    .fetch_all(admin)
    .await
    .unwrap()
}

/// Everything up to here is in the rows of each part.
async fn done(admin: &mut PgConnection) -> i64 {
    let parts = "select coalesce(min(position), 0) from projection_checkpoints where name like 'workspaces/rebuild/%'";
    sqlx::query_scalar(parts).fetch_one(admin).await.unwrap()
}

//! Whoever waits for a read model waits for that one only, and reads what was written before.

use std::time::Duration;

use projections::{Progress, WaitError};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use sqlx::PgConnection;
use support::log::{TestLog, command, create, request, write_versions};
use support::projections::{caught_up, position_of, start};
use support::{database, wait};

const SOON: Duration = Duration::from_secs(10);
const BRIEFLY: Duration = Duration::from_millis(300);
/// A stall is told after ten seconds.
const STALL_TOLD_WITHIN: Duration = Duration::from_secs(20);

/// Somebody else says that it writes this one now, and does not.
async fn take_away(admin: &mut PgConnection, name: &str, seconds: f64) {
    sqlx::query(
        "update projection_checkpoints
            set owner = gen_random_uuid(), lease_until = clock_timestamp() + make_interval(secs => $2) where name = $1",
    )
    .bind(name)
    .bind(seconds)
    .execute(admin)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_wait_is_for_one_read_model_only() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let mut admin = database::superuser(&log.url).await;
    take_away(&mut admin, "workspaces", 3600.0).await;

    let receipt = command(&log.executor(), &request(), "invoices", create("Invoices")).await.unwrap();
    let progress = running.progress();
    progress.wait_for("members", receipt.position, SOON).await.unwrap();
    progress.wait_for("activity", receipt.position, SOON).await.unwrap();
    let waited = progress.wait_for("workspaces", receipt.position, BRIEFLY).await.unwrap_err();
    assert!(matches!(waited, WaitError::TimedOut), "{waited:?}");

    take_away(&mut admin, "workspaces", 0.0).await;
    progress.wait_for("workspaces", receipt.position, SOON).await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn a_read_model_that_stands_still_raises_an_alarm_until_it_goes_on() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let mut registry = Registry::default();
    log.log.register_metrics(&mut registry);
    running.register_metrics(&mut registry);
    log.log.register_metrics(&mut registry);
    let mut admin = database::superuser(&log.url).await;
    take_away(&mut admin, "workspaces", 3600.0).await;
    command(&log.executor(), &request(), "invoices", create("Invoices")).await.unwrap();

    let alarm = |name: &str| format!("airtide_alarm{{name=\"projection_stalled\",subject=\"{name}\"}}");
    let tells = |line: String| {
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        text.lines().any(|each| each == line)
    };
    let stalled = alarm("workspaces");
    wait::until_true("the alarm", STALL_TOLD_WITHIN, async || tells(format!("{stalled} 1"))).await;
    assert!(tells(format!("{} 0", alarm("activity"))));
    assert!(tells("airtide_projection_lag_events{projection=\"workspaces\"} 1".into()));

    take_away(&mut admin, "workspaces", 0.0).await;
    wait::until_true("the end of the alarm", SOON, async || tells(format!("{stalled} 0"))).await;
    running.stop().await;
}

#[tokio::test]
async fn a_checkpoint_moves_over_events_that_its_read_model_has_no_use_for() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    write_versions(&log.executor(), "invoices", 1..=20).await;
    caught_up(&log.log, &running).await;
    let mut admin = database::superuser(&log.url).await;
    // This process knows it at once; the row follows a few milliseconds later.
    wait::until_true("the checkpoint at the end", SOON, async || {
        position_of(&mut admin, "members").await == 20
    })
    .await;
    let rows: i64 =
        sqlx::query_scalar("select count(*) from read.members").fetch_one(&mut admin).await.unwrap();
    assert_eq!(rows, 0);
    running.stop().await;
}

#[tokio::test]
async fn a_position_beyond_the_log_is_not_waited_for() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    let receipt = command(&log.executor(), &request(), "invoices", create("Invoices")).await.unwrap();
    let waited = running.progress().wait_for("workspaces", receipt.position + 1, SOON).await.unwrap_err();
    assert!(matches!(waited, WaitError::Beyond { head } if head == receipt.position), "{waited:?}");
    let waited = running.progress().wait_for("nothing", 1, SOON).await.unwrap_err();
    assert!(matches!(waited, WaitError::Unknown(_)), "{waited:?}");
    running.stop().await;
}

#[tokio::test]
async fn a_process_without_projections_waits_for_those_of_another() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    let elsewhere = log.another_node().await;
    let progress = Progress::start(&log.url, elsewhere.head(), projections::all()).unwrap();
    for number in 0..10 {
        let written = command(&log.executor(), &request(), &format!("w{number}"), create("Workspace")).await;
        progress.wait_for("workspaces", written.unwrap().position, SOON).await.unwrap();
        let rows: i64 = sqlx::query_scalar("select count(*) from read.workspaces")
            .fetch_one(&mut database::superuser(&log.url).await)
            .await
            .unwrap();
        assert_eq!(rows, number + 1, "what was waited for is there");
    }
    running.stop().await;
    elsewhere.close().await;
}

#[tokio::test]
async fn projections_go_on_after_their_connections_were_cut() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let mut admin = database::superuser(&log.url).await;
    for round in 0..3 {
        sqlx::query(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()",
        )
        .execute(&mut admin)
        .await
        .unwrap();
        wait::until_true("a command passes again", SOON, async || {
            command(&log.executor(), &request(), &format!("w{round}"), create("Workspace")).await.is_ok()
        })
        .await;
        caught_up(&log.log, &running).await;
    }
    support::projections::assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}

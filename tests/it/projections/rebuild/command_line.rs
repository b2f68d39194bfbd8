//! `airtide projections` as an operator runs it.

use sqlx::Executor;
use support::database;
use support::log::{TestLog, write_versions};
use support::projections::{checkpoints_at_head, start};

use super::{SOON, json, run, schemas, two_tenants};

async fn caught_up_log() -> TestLog {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    two_tenants(&log).await;
    // As the database says it: in their own process read models may be known to be further.
    checkpoints_at_head(&log.url, SOON).await;
    running.stop().await;
    log
}

/// Every read model is a row with its version, position and lag; what feeds workers is not among them.
#[tokio::test]
async fn list_tells_how_far_every_read_model_is_and_of_no_intake() {
    let log = caught_up_log().await;
    let mut admin = database::superuser(&log.url).await;
    let intake = "insert into projection_checkpoints(name, version, incarnation, position)
                  select 'send_mail', 1, incarnation, 3 from log_batches limit 1";
    admin.execute(intake).await.unwrap();
    admin.execute("update projection_checkpoints set position = 10 where name = 'members'").await.unwrap();
    let (code, told) = json(&log, &["projections", "list"]);
    assert_eq!(code, Some(0));
    let rows = told.as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, projections::all().iter().map(|each| each.name()).collect::<Vec<_>>());
    for (row, each) in rows.iter().zip(projections::all()) {
        let (position, lag) = if row["name"] == "members" { (10, 8) } else { (18, 0) };
        assert_eq!((&row["version"], &row["state"]), (&each.version().into(), &"live".into()), "{row}");
        assert_eq!((&row["position"], &row["lag"]), (&position.into(), &lag.into()), "{row}");
    }
    let (_, lines) = run(&log, &["projections", "list", "--output", "ndjson"]);
    assert_eq!(lines.lines().count(), rows.len());
}

/// From beside to in use to gone, each told by `show`; what is not there is told from what goes wrong.
#[tokio::test]
async fn a_version_is_made_switched_to_and_dropped() {
    let log = caught_up_log().await;
    let states = |log: &TestLog| {
        let (_, told) = json(log, &["projections", "show", "workspaces"]);
        let versions = told["versions"].as_array().unwrap().clone();
        versions.iter().map(|each| each["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let why = ["--reason", "trial"];
    let rebuild = ["projections", "rebuild", "workspaces"];
    let drop = [&["projections", "drop", "workspaces"][..], &why].concat();
    assert_eq!(run(&log, &[&rebuild[..], &why].concat()).0, Some(0));
    assert_eq!(states(&log), ["live", "built"]);
    let mut admin = database::superuser(&log.url).await;
    let rows = "select count(*) from workspaces_v1_beside.workspaces";
    let made: i64 = sqlx::query_scalar(rows).fetch_one(&mut admin).await.unwrap();
    assert!(made > 0, "a short log is made anew as well");
    let (_, again) = json(&log, &[&rebuild[..], &why, &["--verify", "--switch"]].concat());
    assert_eq!((&again["resumed"], &again["switched"]), (&true.into(), &true.into()));
    assert_eq!(states(&log), ["live", "replaced"]);
    assert_eq!(run(&log, &drop).0, Some(0));
    assert_eq!(states(&log), ["live"]);
    assert_eq!(schemas(&mut admin, "workspaces").await, ["workspaces_v1"]);
    assert_eq!(run(&log, &drop).0, Some(3), "there is nothing more to drop");
    assert_eq!(run(&log, &["projections", "show", "paintings"]).0, Some(3));
    assert_eq!(run(&log, &rebuild).0, Some(2), "nobody says why");
    assert_eq!(run(&log, &[&rebuild[..], &["--reason", " "]].concat()).0, Some(2), "nothing is no reason");
    let take_up = |id: &str| run(&log, &[&rebuild[..], &why, &["--operation", id]].concat()).0;
    let ended = "select id from events where event_type = 'operation.ended' limit 1";
    let ended: String = sqlx::query_scalar(ended).fetch_one(&mut admin).await.unwrap();
    assert_eq!(take_up(&ended), Some(4), "what has ended is not taken up");

    let outcomes: Vec<String> = sqlx::query_scalar(
        "select (payload ->> 'outcome') from events where event_type = 'operation.ended' order by position",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert_eq!(outcomes, ["done", "done", "done", "failed"]);
}

/// Rows of another history cannot be compared with what the log says, and are put right by making them anew.
#[tokio::test]
async fn rows_of_another_history_are_made_anew_without_a_comparison() {
    let log = caught_up_log().await;
    let mut admin = database::superuser(&log.url).await;
    admin.execute("update projection_checkpoints set incarnation = gen_random_uuid()").await.unwrap();
    let running = start(&log.log, &log.url).await;
    let rebuild = ["projections", "rebuild", "workspaces", "--switch", "--reason", "restored"];
    let (code, text) = run(&log, &[&rebuild[..], &["--verify"]].concat());
    assert_eq!(code, Some(4), "{text}");
    let (code, text) = run(&log, &rebuild);
    assert_eq!(code, Some(0), "{text}");
    write_versions(&log.executor(), "later", 1..=3).await;
    let head = log.log.reader().head().await.unwrap();
    running.progress().wait_for("workspaces", head, SOON).await.unwrap();
    let rows: i64 =
        sqlx::query_scalar("select count(*) from read.workspaces").fetch_one(&mut admin).await.unwrap();
    assert_eq!(rows, 7);
    running.stop().await;
}

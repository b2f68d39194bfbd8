//! `airtide log read` prints what fits its flags, in the order asked for, and what is sealed stays sealed.

use domain::identity::tenant::TenantCommand;
use domain::identity::{Tenant, UserId};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::Plan;
use serde_json::Value;
use std::process::Stdio;
use support::database;
use support::log::{TestLog, request, stream_id, tenant};

use super::{command, json, printed, six_events};

fn positions(log: &TestLog, flags: &[&str]) -> Vec<i64> {
    let text = printed(log, &[["read", "--output", "ndjson"].as_slice(), flags].concat());
    let events = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.map(|event| event["position"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn each_flag_leaves_what_fits_it() {
    let log = six_events().await;
    let cases: [(&[&str], &[i64]); 12] = [
        (&[], &[1, 2, 3, 4, 5, 6]),
        (&["--after", "4"], &[5, 6]),
        (&["--after", "6"], &[]),
        (&["--limit", "2"], &[1, 2]),
        (&["--limit", "0"], &[]),
        (&["--tenant", "globex"], &[4, 5, 6]),
        (&["--stream", "workspace/one"], &[1, 3, 4, 6]),
        (&["--stream", "workspace/one", "--tenant", "acme"], &[1, 3]),
        (&["--type", "workspace.renamed"], &[3, 6]),
        (&["--backwards"], &[6, 5, 4, 3, 2, 1]),
        (&["--backwards", "--after", "4"], &[6, 5]),
        (&["--backwards", "--stream", "workspace/one", "--type", "workspace.created", "--limit", "1"], &[4]),
    ];
    for (flags, fitting) in cases {
        assert_eq!(positions(&log, flags), fitting, "{flags:?}");
    }
}

#[tokio::test]
async fn times_are_on_both_sides_of_what_they_leave() {
    let log = six_events().await;
    let events = log.log.reader().between(1, 6).await.unwrap();
    for since in &events {
        for until in [&events[1], &events[4]] {
            let (from, to) = (since.recorded_at, until.recorded_at);
            let flags = ["--since", &from.to_string(), "--until", &to.to_string()];
            let fitting = events.iter().filter(|event| event.recorded_at >= from && event.recorded_at <= to);
            let fitting: Vec<i64> = fitting.map(|event| event.position).collect();
            assert_eq!(positions(&log, &flags), fitting, "{flags:?}");
        }
    }
    assert_eq!(positions(&log, &["--until", "2000-01-01T00:00:00Z"]), [0; 0]);
    assert_eq!(positions(&log, &["--since", "2999-01-01T00:00:00Z", "--backwards"]), [0; 0]);
}

/// A look covers ten thousand positions at most. The empty stretch is made by moving the head on.
#[tokio::test]
async fn a_stretch_in_which_nothing_fits_is_passed_from_either_end() {
    let log = six_events().await;
    sqlx::query(
        "insert into log_batches(last_position, first_position, recorded_at, batch_id, incarnation, digest, chain_hash)
         select 25000, 7, recorded_at, gen_random_uuid(), incarnation, '', '' from log_batches
         order by last_position desc limit 1",
    )
    .execute(&mut database::superuser(&log.url).await)
    .await
    .unwrap();
    assert_eq!(positions(&log, &["--backwards", "--tenant", "acme"]), [3, 2, 1]);
    assert_eq!(positions(&log, &["--tenant", "acme", "--after", "6"]), [0; 0]);
}

#[tokio::test]
async fn an_event_has_one_shape_in_every_output() {
    let log = six_events().await;
    let event = log.log.reader().between(3, 3).await.unwrap().remove(0);
    let meta = event.meta().unwrap();
    let told = json(&log, &["read", "--after", "2", "--limit", "1"]);
    let told = &told.as_array().unwrap()[0];
    assert_eq!(told["id"], meta.event_id.to_string());
    assert_eq!(told["command_id"], meta.command_id.to_string());
    assert_eq!(told["correlation_id"], meta.command_id.to_string());
    assert_eq!((&told["type"], &told["data"]["name"]), (&"workspace.renamed".into(), &"Uno".into()));
    assert_eq!((&told["aggregate"], &told["stream_id"]), (&"workspace".into(), &"one".into()));
    assert_eq!((&told["version"], &told["workspace"]), (&2.into(), &"one".into()));
    assert_eq!(told["recorded_at"], event.recorded_at.to_string());

    let table = printed(&log, &["read", "--after", "2", "--limit", "1"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("POSITION"), "{table}");
    for cell in ["3", "acme", "workspace/one", "workspace.renamed", "usr_ana"] {
        assert!(lines[1].contains(cell), "{cell}: {table}");
    }
}

#[tokio::test]
async fn personal_data_stays_sealed() {
    let log = TestLog::open().await;
    let contact = Personal::new(SubjectId::new("ana").unwrap(), "ana@example.org".into());
    let created = TenantCommand::Create { name: "Acme".into(), owner: UserId::new("usr_ana").unwrap() };
    for command in [created, TenantCommand::ChangeContact { contact }] {
        let plan = Plan::new().decide::<Tenant>(&tenant("acme"), stream_id("acme"), command);
        log.executor().execute(&request(), plan).await.unwrap();
    }
    for arguments in [["read"].as_slice(), &["show", "2"], &["state", "tenant", "acme", "--tenant", "acme"]] {
        let told = json(&log, arguments).to_string();
        assert!(told.contains(r#""subject":"ana""#) && !told.contains("example.org"), "{told}");
    }
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_failure() {
    let log = six_events().await;
    let mut read = command(&log, &["read", "--output", "ndjson"]);
    let mut child = read.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), [].as_slice()));
}

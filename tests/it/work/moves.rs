//! An operator gets work going again, lets it go or sets it aside: exactly what was looked at, in order, once.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use eventstore::database::{Role, connect};
use eventstore::fail_points::VARIABLE;
use eventstore::work::{Choice, Deed, NotPlanned, Owed, State, Which, owe};
use nix::sys::signal::Signal;
use serde_json::Value;
use sqlx::PgConnection;
use support::airtide::{self, lines_of};
use support::database;
use support::log::{TestLog, tenant, write_versions};
use support::wait::until_true;
use support::work::{act, retry, retry_named};
use support::workers::{Done, NOTING, SOON, at_work, scripted, settings, states, until_states};
use workers::runtime::{Effect, Outcome};

const PIECES: i64 = 1_000;
/// Of the first of three kinds.
const OF_THE_FIRST: i64 = 334;

fn command(log: &TestLog, arguments: &[&str]) -> Command {
    let mut command = airtide::command(&[["work"].as_slice(), arguments].concat());
    command.env("DATABASE_URL", &log.url).env("AIRTIDE__KEYS__DIR", log.keys_dir());
    command
}

fn run(log: &TestLog, arguments: &[&str]) -> Output {
    command(log, arguments).stdin(Stdio::null()).output().unwrap()
}

#[track_caller]
fn json(log: &TestLog, arguments: &[&str]) -> Value {
    let output = run(log, &[arguments, &["--output", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A thousand parked pieces of three kinds, each of a key of its own, and no worker.
async fn a_thousand_failures() -> (TestLog, PgConnection) {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=1).await;
    let mut projector = connect(&log.url, Role::Projector).await.unwrap();
    let piece = |number: i64| Owed::of(&tenant("acme"), 1, format!("key-{number}")).part(number.to_string());
    owe(&mut projector, "note", &(0..PIECES).map(piece).collect::<Vec<_>>()).await.unwrap();
    let mut admin = database::superuser(&log.url).await;
    let fail =
        "update work set state = 'parked', failures = 3, attempt = 3, failed_at = now(), class = 'failed',
                  reason = (array['no answer', 'status 500', 'the address is none'])[1 + part::int % 3]";
    sqlx::query(fail).execute(&mut admin).await.unwrap();
    (log, admin)
}

/// Which of the pieces are open now, by the kind that they are of.
async fn opened(admin: &mut PgConnection) -> Vec<(i32, i64)> {
    let sql = "select part::int % 3 as kind, count(*) from work where state = 'open' group by 1 order by 1";
    sqlx::query_as(sql).fetch_all(admin).await.unwrap()
}

async fn of_operations(admin: &mut PgConnection) -> Vec<(String, String)> {
    let sql = "select event_type, payload::text from events where type = 'operation' order by position";
    sqlx::query_as(sql).fetch_all(admin).await.unwrap()
}

fn group_of(log: &TestLog, said: &str) -> String {
    let groups = json(log, &["groups"]);
    let found = groups.as_array().unwrap().iter().find(|group| group["said"] == said).unwrap();
    found["group"].as_str().unwrap().to_owned()
}

/// Looked at, not agreed to, and agreed to: of three kinds that one moves which was asked for, and it is written down.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_retried_and_no_other() {
    let (log, mut admin) = a_thousand_failures().await;
    let group = group_of(&log, "no answer");
    let looked = json(&log, &["retry", "--group", &group, "--dry-run"]);
    assert_eq!((looked["pieces"].as_i64(), looked["came"].is_null()), (Some(OF_THE_FIRST), true));
    assert_eq!(looked["kinds"].as_array().unwrap().len(), 1);

    let refused = run(&log, &["retry", "--group", &group, "--reason", "it is back"]);
    assert_eq!(refused.status.code(), Some(4), "nobody is there to agree");
    assert!(String::from_utf8_lossy(&refused.stdout).contains("334 pieces to retry"));
    assert_eq!((opened(&mut admin).await, of_operations(&mut admin).await.len()), (vec![], 0));
    let planned: i64 =
        sqlx::query_scalar("select count(*) from work_moves").fetch_one(&mut admin).await.unwrap();
    assert_eq!(planned, 0, "what nobody agreed to is forgotten");

    let told = json(&log, &["retry", "--group", &group, "--yes", "--reason", "it is back"]);
    assert_eq!(told["came"]["moved"], OF_THE_FIRST);
    assert_eq!(opened(&mut admin).await, [(0, OF_THE_FIRST)]);
    let written = of_operations(&mut admin).await;
    let types: Vec<&str> = written.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(types, ["operation.begun", "operation.ended"]);
    assert!(written[0].1.contains("it is back") && written[0].1.contains(&group), "{}", written[0].1);
    assert!(written[1].1.contains(&OF_THE_FIRST.to_string()), "{}", written[1].1);
}

/// Between the look and the yes one piece more fails in the same way, and one of those that were looked at is let go.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_looked_at_moves_and_nothing_that_came_or_changed_since() {
    let (log, mut admin) = a_thousand_failures().await;
    let group = group_of(&log, "no answer");
    let mut child = command(&log, &["retry", "--group", &group, "--reason", "it is back"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = lines_of(child.stdout.take().unwrap());
    assert_eq!(lines.recv_timeout(SOON).unwrap(), "334 pieces to retry.");
    for change in [
        "update work set reason = 'no answer' where part = '1'",
        "update work set state = 'skipped', settled_at = now() where part = '0'",
    ] {
        sqlx::query(change).execute(&mut admin).await.unwrap();
    }
    child.stdin.take().unwrap().write_all(b"yes\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(6), "some was left alone");
    assert_eq!(opened(&mut admin).await, [(0, OF_THE_FIRST - 1)]);
    assert!(lines.iter().any(|line| line.starts_with("333 of 334 moved; 1 had changed")));
}

/// The command dies after it has moved some: the same operation moves the rest, each piece once.
#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_was_killed_in_the_middle_goes_on() {
    let (log, mut admin) = a_thousand_failures().await;
    let arguments = ["retry", "--worker", "send_mail", "--yes", "--reason", "it is back"];
    sqlx::query("update work set worker = 'send_mail'").execute(&mut admin).await.unwrap();
    let killed = command(&log, &arguments).env(VARIABLE, "after_moving:2").output().unwrap();
    assert_eq!(killed.status.signal(), Some(Signal::SIGABRT as i32));
    let moved: i64 = opened(&mut admin).await.iter().map(|(_, many)| many).sum();
    assert!(0 < moved && moved < PIECES, "{moved} moved");

    let operation: String =
        sqlx::query_scalar("select operation from work_operations").fetch_one(&mut admin).await.unwrap();
    assert!(String::from_utf8_lossy(&killed.stderr).contains(&operation), "it says how to go on");
    let other = run(&log, &["discard", "--operation", &operation, "--yes", "--reason", "it is back"]);
    assert_eq!(other.status.code(), Some(4), "it is another act");
    let go_on = ["retry", "--operation", &operation, "--reason", "it is back"];
    assert_eq!(json(&log, &go_on)["came"]["moved"], PIECES);
    assert_eq!(json(&log, &go_on)["came"]["moved"], PIECES, "once it is over, nothing moves");
    let epochs: Vec<(i64, i64)> = sqlx::query_as("select epoch, count(*) from work group by 1 order by 1")
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert_eq!(epochs, [(1, PIECES)], "each was driven again once");
    assert_eq!(of_operations(&mut admin).await.len(), 2);
    assert_eq!(run(&log, &["retry", "--operation", "op_none", "--reason", "why"]).status.code(), Some(3));
}

#[tokio::test]
async fn a_command_that_makes_no_sense_or_does_not_fit_moves_nothing() {
    let (log, mut admin) = a_thousand_failures().await;
    for (change, part) in [("open", "1"), ("unknown", "2"), ("claimed", "3"), ("waiting", "4")] {
        let sql = "update work set state = $1 where part = $2";
        sqlx::query(sql).bind(change).bind(part).execute(&mut admin).await.unwrap();
    }
    let before = states(&mut admin).await;
    let cases: [(&[&str], i32); 9] = [
        (&["retry", "--yes", "--reason", "why"], 2),
        (&["retry", "note/1/0", "--yes"], 2),
        (&["retry", "note/1/0", "--tenant", "acme", "--yes", "--reason", "why"], 2),
        (&["retry", "--state", "unknown", "--yes", "--reason", "why"], 2),
        (&["retry", "--tenant", "acme", "--even-if-done", "--yes", "--reason", "why"], 2),
        (&["retry", "note/9/9", "--yes", "--reason", "why"], 3),
        (&["retry", "note/1/1", "--yes", "--reason", "why"], 4),
        (&["retry", "note/1/2", "--yes", "--reason", "why"], 4),
        (&["park", "note/1/3", "--yes", "--reason", "why"], 4),
    ];
    for (arguments, code) in cases {
        let output = run(&log, arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?} {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert_eq!(states(&mut admin).await, before);
    assert!(of_operations(&mut admin).await.is_empty());
}

fn named(name: &str) -> Which {
    Which::Named { name: name.to_owned(), even_if_done: false }
}

/// What is parked holds up its key; let go, it lets the next go.
#[tokio::test]
async fn what_is_let_go_lets_the_next_of_its_key_go() {
    let log = TestLog::open().await;
    let done = Done::default();
    let noting = done.clone();
    let worker = scripted(settings("note", Effect::Retryable), move |task| {
        if task.event.version > 1 {
            noting.note(&task);
        }
        async move { if task.event.version == 1 { Outcome::Park("no".into()) } else { Outcome::Done } }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "a", 1..=3).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("parked", 1), ("waiting", 2)]).await;
    assert_eq!(act(&log, Deed::Discard, named("note/1/")).await.unwrap().moved, 1);
    until_states(&mut admin, &[("done", 2), ("skipped", 1)]).await;
    assert_eq!(done.of("a"), [2, 3]);
    running.stop().await;
}

/// Set aside before it is tried again, work stays where it is with what is behind it, until it is retried in order.
#[tokio::test]
async fn what_is_set_aside_holds_up_its_key_until_it_is_retried() {
    let log = TestLog::open().await;
    let (done, is_up) = (Done::default(), Arc::new(AtomicBool::new(false)));
    let (noting, asked) = (done.clone(), Arc::clone(&is_up));
    let mut patient = settings("note", Effect::Retryable);
    patient.retry.longest_pause = Duration::from_secs(3600);
    let worker = scripted(patient, move |task| {
        let is_up = asked.load(Ordering::SeqCst);
        if is_up {
            noting.note(&task);
        }
        let retry_after = Some(Duration::from_secs(1800));
        async move { if is_up { Outcome::Done } else { Outcome::Failed { reason: "busy".into(), retry_after } } }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "a", 1..=3).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("later", 1), ("waiting", 2)]).await;
    let waiting = act(&log, Deed::Park, named("note/2/")).await;
    assert!(matches!(waiting, Err(NotPlanned::NotSo { .. })), "what is before it holds it up");
    let of_key = Choice { key: Some("a".into()), ..Choice::default() };
    assert_eq!(act(&log, Deed::Park, Which::Fitting(of_key.clone())).await.unwrap().moved, 1);
    until_states(&mut admin, &[("parked", 1), ("waiting", 2)]).await;

    is_up.store(true, Ordering::SeqCst);
    assert_eq!(retry(&log, Which::Fitting(of_key)).await.unwrap().moved, 1);
    until_states(&mut admin, &[("done", 3)]).await;
    assert_eq!(done.of("a"), [1, 2, 3]);
    running.stop().await;
}

/// A timer is not waited for when an operator says so.
#[tokio::test]
async fn what_is_to_be_tried_later_can_be_tried_now() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=1).await;
    let mut projector = connect(&log.url, Role::Projector).await.unwrap();
    let owed = Owed::of(&tenant("acme"), 1, "a").after(Duration::from_secs(3600));
    owe(&mut projector, "note", &[owed]).await.unwrap();
    let later = Choice { states: vec![State::Later], ..Choice::default() };
    assert_eq!(retry(&log, Which::Fitting(later)).await.unwrap().moved, 1);
    until_states(&mut database::superuser(&log.url).await, &[("open", 1)]).await;
}

/// What may have been done is done again only by its name and with the word for it, and behind what is at hand.
#[tokio::test]
async fn unknown_work_comes_back_by_name_and_one_at_a_time() {
    let log = TestLog::open().await;
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let (waiting, done) = (Arc::clone(&gate), Done::default());
    let noting = done.clone();
    let worker = scripted(settings("note", Effect::AtMostOnce), move |task| {
        let (waiting, noting) = (Arc::clone(&waiting), noting.clone());
        async move {
            if (task.event.version, task.claim.epoch) == (1, 0) {
                return Outcome::Unknown("no answer after the last byte".into());
            }
            waiting.acquire().await.unwrap().forget();
            noting.note(&task);
            Outcome::Done
        }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "a", 1..=3).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("claimed", 1), ("unknown", 1), ("waiting", 1)]).await;
    let refused = retry_named(&log, "note/1/", false).await;
    assert!(matches!(refused, Err(NotPlanned::MayBeDone { .. })), "{refused:?}");
    assert_eq!(retry_named(&log, "note/1/", true).await.unwrap().moved, 1);
    until_states(&mut admin, &[("claimed", 1), ("waiting", 2)]).await;
    gate.add_permits(3);
    until_states(&mut admin, &[("done", 3)]).await;
    assert_eq!(done.of("a"), [2, 1, 3], "it is next, and nothing is done beside it");
    running.stop().await;
}

/// While events of one key come, end as unknown, and are brought back, never are two of the key at hand at once.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_never_meets_what_comes_in() {
    const EVENTS: i64 = 60;
    let log = TestLog::open().await;
    let (at_once, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (entering, seen) = (Arc::clone(&at_once), Arc::clone(&most));
    let worker = scripted(settings("note", Effect::AtMostOnce), move |task| {
        let (entering, seen) = (Arc::clone(&entering), Arc::clone(&seen));
        async move {
            seen.fetch_max(entering.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            entering.fetch_sub(1, Ordering::SeqCst);
            if task.claim.epoch == 0 { Outcome::Unknown("no answer".into()) } else { Outcome::Done }
        }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    let executor = log.executor();
    let writing = tokio::spawn(async move { write_versions(&executor, "a", 1..=EVENTS).await });
    let mut admin = database::superuser(&log.url).await;
    until_true("everything is done", Duration::from_secs(60), async || {
        let unknown: Vec<String> = sqlx::query_scalar("select claim from work where state = 'unknown'")
            .fetch_all(&mut admin)
            .await
            .unwrap();
        for name in unknown {
            retry_named(&log, &name, true).await.unwrap();
        }
        let twice: i64 = sqlx::query_scalar(
            "select count(*) from (select from work where state in ('open', 'claimed')
             group by worker, key having count(*) > 1) t",
        )
        .fetch_one(&mut admin)
        .await
        .unwrap();
        assert_eq!(twice, 0);
        states(&mut admin).await == [("done".to_owned(), EVENTS)]
    })
    .await;
    writing.await.unwrap();
    assert_eq!(most.load(Ordering::SeqCst), 1, "one of a key at a time");
    running.stop().await;
}

//! What fails is told: together with what fails in the same way, piece by piece, and attempt by attempt.

use std::process::Output;

use eventstore::database::{Role, connect};
use eventstore::work::{Choice, Order, Owed, State, Work, owe};
use serde_json::{Value, json};
use support::log::{TestLog, tenant, write_versions};
use support::work::retry_named;
use support::workers::{NOTING, at_work, scripted, settings, until_states};
use support::{airtide, database};
use workers::runtime::{Effect, Outcome, RunningWorkers};

const PIECES: usize = 1_000;

fn run(log: &TestLog, arguments: &[&str]) -> Output {
    let mut command = airtide::command(&[["work"].as_slice(), arguments].concat());
    command.env("DATABASE_URL", &log.url).env("AIRTIDE__KEYS__DIR", log.keys_dir()).output().unwrap()
}

#[track_caller]
fn json(log: &TestLog, arguments: &[&str]) -> Value {
    let output = run(log, &[arguments, &["--output", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A worker that fails in three ways, each tried so often; what it has done of other kinds it does.
async fn failing(log: &TestLog, tries: i32) -> RunningWorkers {
    let mut settings = settings("note", Effect::Retryable);
    settings.retry.tries = tries;
    let worker = scripted(settings, |task| async move {
        match task.claim.part.parse::<usize>().map(|number| number % 3) {
            Ok(0) => Outcome::failed("no answer\nfrom 192.0.2.1"),
            Ok(1) => Outcome::Park("the address is none".into()),
            Ok(_) => panic!("out of order"),
            Err(_) => Outcome::Done,
        }
    });
    at_work(&log.log, &log.url, NOTING, worker).await
}

/// One event, and so many pieces of work for it, each of a key of its own.
async fn owe_many(log: &TestLog, pieces: usize) {
    let mut projector = connect(&log.url, Role::Projector).await.unwrap();
    let piece =
        |number: usize| Owed::of(&tenant("acme"), 1, format!("key-{number}")).part(number.to_string());
    owe(&mut projector, "note", &(0..pieces).map(piece).collect::<Vec<_>>()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_failures_of_three_kinds_are_three_groups() {
    let log = TestLog::open().await;
    let running = failing(&log, 1).await;
    write_versions(&log.executor(), "a", 1..=1).await;
    owe_many(&log, PIECES).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("done", 1), ("parked", PIECES as i64)]).await;
    running.stop().await;

    let groups = json(&log, &["groups"]);
    let told: Vec<(&str, &str, i64)> = groups
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let text = |name: &str| group[name].as_str().unwrap();
            (text("class"), text("said"), group["parked"].as_i64().unwrap())
        })
        .collect();
    assert_eq!(told.len(), 3, "{groups}");
    for each in [
        ("failed", "no answer", 334),
        ("refused", "the address is none", 333),
        ("cut_short", "the worker panicked", 333),
    ] {
        assert!(told.contains(&each), "{each:?} in {told:?}");
    }
    let first = &groups[0];
    assert!(first["first_seen"].as_str() <= first["last_seen"].as_str());
    let name = first["group"].as_str().unwrap();
    let listed = json(&log, &["list", "--group", name, "--limit", "500"]);
    assert_eq!((listed["work"].as_array().unwrap().len(), &listed["next"]), (334, &json!(null)));
    let example = json(&log, &["show", first["example"].as_str().unwrap()]);
    assert_eq!(example["work"]["reason"], "no answer\nfrom 192.0.2.1");
    assert_eq!(example["event"]["position"], 1);
}

#[tokio::test]
async fn pages_of_a_list_follow_each_other_from_either_end_and_miss_nothing() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=1).await;
    owe_many(&log, 25).await;
    let work = Work::open(&log.url, 2).unwrap();
    for (order, expected) in
        [(Order::OldestFirst, (0..25).collect::<Vec<_>>()), (Order::NewestFirst, (0..25).rev().collect())]
    {
        let (mut seen, mut behind) = (Vec::new(), None);
        loop {
            let page = work.list(&Choice::default(), order, behind, 10).await.unwrap();
            seen.extend(page.work.iter().map(|piece| piece.part.parse::<usize>().unwrap()));
            behind = page.next;
            if behind.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn a_list_holds_what_fits_and_nothing_else() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=1).await;
    owe_many(&log, 4).await;
    let mut admin = database::superuser(&log.url).await;
    for change in [
        "update work set state = 'parked', reason = 'no answer' where part in ('0', '1')",
        "update work set tenant = 'globex' where part = '1'",
        "update work set worker = 'send_mail' where part = '2'",
        "update work set created_at = now() - interval '2 days' where part = '3'",
    ] {
        sqlx::query(change).execute(&mut admin).await.unwrap();
    }
    let parts = |flags: &[&str]| -> Vec<String> {
        let listed = json(&log, &[["list"].as_slice(), flags].concat());
        let part = |piece: &Value| piece["part"].as_str().unwrap().to_owned();
        listed["work"].as_array().unwrap().iter().map(part).collect()
    };
    assert_eq!(parts(&[]), ["0", "1", "2", "3"]);
    assert_eq!(parts(&["--state", "parked"]), ["0", "1"]);
    assert_eq!(parts(&["--state", "parked,open", "--newest", "--limit", "3"]), ["3", "2", "1"]);
    assert_eq!(parts(&["--tenant", "globex"]), ["1"]);
    assert_eq!(parts(&["--worker", "send_mail"]), ["2"]);
    assert_eq!(parts(&["--key", "key-3"]), ["3"]);
    assert_eq!(parts(&["--older-than", "1d"]), ["3"]);
    assert_eq!(parts(&["--younger-than", "1d"]), ["0", "1", "2"]);
    for misused in
        [&["list", "--state", "lost"], &["list", "--worker", "nobody"], &["list", "--older-than", "long"]]
    {
        assert_eq!(run(&log, misused).status.code(), Some(2), "{misused:?}");
    }
    assert_eq!(run(&log, &["show", "note/1/99"]).status.code(), Some(3));
}

/// A name that leads to nothing is not there; a tenant without such work is there all the same.
#[tokio::test]
async fn what_names_nothing_is_told_from_what_has_no_work() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=1).await;
    let deed = ["--yes", "--reason", "it is back"];
    let retry = |flags: &[&'static str]| [["retry"].as_slice(), flags, &deed].concat();
    for (flags, said) in [(["--group", "zzz"], "a group zzz"), (["--tenant", "nope"], "no tenant nope")] {
        for command in [["list"].as_slice(), &["groups"]] {
            let output = run(&log, &[command, &flags].concat());
            assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0), "{command:?} {flags:?}");
            assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{command:?} {flags:?}");
        }
        assert_eq!(run(&log, &retry(&flags)).status.code(), Some(3), "{flags:?}");
    }
    for command in
        [vec!["list", "--tenant", "acme"], vec!["groups", "--tenant", "acme"], retry(&["--tenant", "acme"])]
    {
        assert_eq!(run(&log, &command).status.code(), Some(0), "{command:?}");
    }
}

/// Three tries of one drive and one of the next, which went well: four attempts are told, each with its end.
#[tokio::test]
async fn every_attempt_is_told() {
    let log = TestLog::open().await;
    let worker = scripted(settings("note", Effect::Retryable), |task| async move {
        match task.claim.epoch {
            0 => Outcome::failed("no answer"),
            _ => Outcome::Done,
        }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "a", 1..=1).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("parked", 1)]).await;
    let work = Work::open(&log.url, 1).unwrap();
    retry_named(&log, "note/1/", false).await.unwrap();
    until_states(&mut admin, &[("done", 1)]).await;
    running.stop().await;

    let shown = work.show("note/1/").await.unwrap().unwrap();
    let told: Vec<_> = shown
        .attempts
        .iter()
        .map(|each| (each.epoch, each.attempt, each.outcome.as_str(), each.class.as_deref()))
        .collect();
    let failed = Some("failed");
    assert_eq!(
        told,
        [(0, 1, "later", failed), (0, 2, "later", failed), (0, 3, "parked", failed), (1, 1, "done", None)]
    );
    assert!(shown.attempts.iter().all(|each| each.began_at.is_some() && each.began_at <= each.ended_at));
    assert!(work.show("note/2/").await.unwrap().is_none());
    assert_eq!(json(&log, &["show", "note/1"])["work"]["attempts"].as_array().unwrap().len(), 4);
}

/// However often something fails, only so many attempts are kept, and none once the work itself is dropped.
#[tokio::test]
async fn attempts_are_kept_within_bounds_and_go_with_their_work() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=1).await;
    owe_many(&log, 1).await;
    let mut admin = database::superuser(&log.url).await;
    let work = Work::open(&log.url, 1).unwrap();
    for _ in 0..120 {
        let taken = work.claim("note", 1).await.unwrap().remove(0);
        let class = eventstore::work::Class::Failed;
        let again = eventstore::work::Settled::Again {
            after: std::time::Duration::ZERO,
            class,
            reason: "no answer".into(),
        };
        assert_eq!(work.settle(&[(taken.claim, again)]).await.unwrap().len(), 1);
        assert_eq!(work.wake("note").await.unwrap(), 1);
    }
    let attempts = work.show("note/1/0").await.unwrap().unwrap().attempts;
    assert_eq!((attempts.len(), attempts[0].attempt, attempts[99].attempt), (100, 21, 120));

    let settled = "update work set state = 'done', settled_at = now() - interval '8 days'";
    sqlx::query(settled).execute(&mut admin).await.unwrap();
    assert_eq!(work.drop_settled().await.unwrap(), 1);
    let left: i64 =
        sqlx::query_scalar("select count(*) from work_attempts").fetch_one(&mut admin).await.unwrap();
    assert_eq!(left, 0);
    let choice = Choice { states: vec![State::Done], ..Choice::default() };
    assert!(work.list(&choice, Order::OldestFirst, None, 10).await.unwrap().work.is_empty());
}

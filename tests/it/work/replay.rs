//! Events of the past, given to a worker again: what was never done is done, in order, and what was done is not.

use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use eventstore::fail_points::VARIABLE;
use eventstore::operations::{Operations, new_id};
use eventstore::read::Filter;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use support::api::TestApi;
use support::log::{TestLog, write_versions};
use support::projections::{checkpoints_at_head, start};
use support::receiver::Receiver;
use support::smtp::MailServer;
use support::wait::until_true;
use support::workers::{Done, NOTING, Noting, SOON, at_work, scripted, settings, until_states};
use support::{airtide, database};
use workers::runtime::{
    Effect, Outcome, Owes, Owing, Replay, ReplayFailed, Replayed, Task, Worker, from_events,
};

use super::docs::{examples, words};

const EGRESS: (&str, &str) = ("AIRTIDE__EGRESS__ALLOW", "127.0.0.1/32");

/// The same work as of `Noting`, which does harm when it is doubled.
struct NotingOnce;

impl Worker for NotingOnce {
    const NAME: &'static str = "note";
    const EFFECT: Effect = Effect::AtMostOnce;

    async fn carry_out(&self, _: Task) -> Outcome {
        Outcome::Done
    }
}

impl Owes for NotingOnce {
    fn owes(event: &eventstore::event::Recorded) -> Vec<eventstore::work::Owed> {
        Noting::owes(event)
    }
}

static ONCE: &dyn Owing = from_events::<NotingOnce>();
static REPEATABLE: &dyn Owing = from_events::<Noting>();

async fn replay(log: &TestLog, owing: &'static dyn Owing, from: i64, to: i64) -> Replayed {
    let replay = Replay { database_url: &log.url, owing, from, to, filter: Filter::default() };
    let looked = replay.preview(|_| ()).await.unwrap();
    let operations = Operations::by(log.executor(), "operator:ana");
    let replayed = replay.carry_out(&operations, &new_id().unwrap(), "why", |_| ()).await.unwrap();
    // Whoever looks writes nothing down, and so sees an event less.
    let counted = |each: &Replayed| (each.made, each.known, each.done, each.unsure);
    assert_eq!(counted(&looked), counted(&replayed), "what was said is what came");
    replayed
}

/// Intakes pass over what came with an import, so no work of it is promised either.
#[tokio::test(flavor = "multi_thread")]
async fn what_came_with_an_import_is_refused() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=5).await;
    let imported = "insert into log_imports(last_position, export, incarnation, chain_hash, actor, reason)
                    values (3, gen_random_uuid(), gen_random_uuid(), '', 'operator:ana', 'moved')";
    sqlx::query(imported).execute(&mut database::superuser(&log.url).await).await.unwrap();
    for from in [1, 3] {
        let replay =
            Replay { database_url: &log.url, owing: REPEATABLE, from, to: 5, filter: Filter::default() };
        let refused = replay.preview(|_| ()).await;
        assert!(matches!(refused, Err(ReplayFailed::Imported { up_to: 3 })), "from {from}: {refused:?}");
    }
}

/// A worker that came late gets what happened before it, once.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_owed_is_done_in_order_and_once() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=5).await;
    let done = Done::default();
    let noting = done.clone();
    let worker = scripted(settings("note", Effect::AtMostOnce), move |task| {
        noting.note(&task);
        async { Outcome::Done }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "a", 6..=8).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("done", 3)]).await;

    let range = replay(&log, ONCE, 2, 4).await;
    assert_eq!((range.events, range.made, range.known, range.up_to), (3, 3, 0, 4));
    let all = replay(&log, ONCE, 1, 1_000).await;
    // Operations are events, too, and nobody is owed anything for them.
    assert_eq!((all.made, all.known), (2, 6));
    until_states(&mut admin, &[("done", 8)]).await;
    assert_eq!(done.of("a"), [6, 7, 8, 2, 3, 4, 1, 5]);
    assert_eq!(replay(&log, ONCE, 1, 1_000).await.made, 0);
    running.stop().await;
}

/// Once rows are dropped, the command that ended the work tells that it was done.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_log_says_was_done_is_not_done_again() {
    let log = TestLog::open().await;
    let projections = start(&log.log, &log.url).await;
    let worker = scripted(settings("note", Effect::Idempotent), |task| async move {
        match task.event.version {
            1 => Outcome::then(|| support::log::to_workspace("a", support::log::rename("Seen"))),
            _ => Outcome::Done,
        }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "a", 1..=1).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("done", 2)]).await;
    running.stop().await;
    support::projections::caught_up(&log.log, &projections).await;
    sqlx::query("delete from work").execute(&mut admin).await.unwrap();
    // The first was ended by the second, and may not be repeated; of the second nothing tells, and it may be.
    let replayed = replay(&log, REPEATABLE, 1, 2).await;
    assert_eq!((replayed.done, replayed.made, replayed.unsure), (1, 1, 0));
    let left: String = sqlx::query_scalar("select claim from work").fetch_one(&mut admin).await.unwrap();
    assert_eq!(left, "note/2/");
    projections.stop().await;
}

/// A week later nobody knows whether a mail was sent.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_been_done_is_not_done_again_where_that_does_harm() {
    let log = TestLog::open().await;
    let worker = scripted(settings("note", Effect::AtMostOnce), |_| async { Outcome::Done });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "a", 1..=3).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("done", 3)]).await;
    running.stop().await;
    for sql in
        ["delete from work", "update events set recorded_at = now() - interval '8 days' where position < 3"]
    {
        sqlx::query(sql).execute(&mut admin).await.unwrap();
    }
    let replayed = replay(&log, ONCE, 1, 3).await;
    assert_eq!((replayed.unsure, replayed.made), (2, 1));
    assert_eq!(replay(&log, REPEATABLE, 1, 3).await.made, 2);
}

/// While a worker works and its intake makes work of the same key, no two pieces of it are ever at hand.
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_beside_the_intake_keeps_one_of_a_key_at_a_time() {
    const EVENTS: i64 = 40;
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=EVENTS).await;
    let done = Done::default();
    let noting = done.clone();
    let worker = scripted(settings("note", Effect::Idempotent), move |task| {
        noting.note(&task);
        async { Outcome::Done }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    let executor = log.executor();
    let writing = tokio::spawn(async move { write_versions(&executor, "a", EVENTS + 1..=2 * EVENTS).await });
    let mut admin = database::superuser(&log.url).await;
    for position in 1..=EVENTS {
        replay_one(&log, position).await;
        let twice: i64 = sqlx::query_scalar(
            "select count(*) from (select from work where state in ('open', 'claimed')
             group by worker, key having count(*) > 1) t",
        )
        .fetch_one(&mut admin)
        .await
        .unwrap();
        assert_eq!(twice, 0);
    }
    writing.await.unwrap();
    until_states(&mut admin, &[("done", 2 * EVENTS)]).await;
    assert_eq!(done.count() as i64, 2 * EVENTS, "each once");
    running.stop().await;
}

async fn replay_one(log: &TestLog, position: i64) {
    let (from, to) = (position, position);
    let replay = Replay { database_url: &log.url, owing: REPEATABLE, from, to, filter: Filter::default() };
    let operations = Operations::by(log.executor(), "operator:ana");
    replay.carry_out(&operations, &new_id().unwrap(), "why", |_| ()).await.unwrap();
}

fn run(api: &TestApi, arguments: &[String]) -> std::process::Output {
    let mut command = airtide::command(&[]);
    command.args(arguments).env("DATABASE_URL", &api.database_url).env("AIRTIDE__KEYS__DIR", api.keys.path());
    command.stdin(Stdio::null()).output().unwrap()
}

/// Runs a command that is killed once it has made some work, and says under which id that was.
fn cut_short(api: &TestApi, example: &str) -> String {
    let mut command = airtide::command(&[]);
    command.args(words(example)).env("DATABASE_URL", &api.database_url);
    command.env("AIRTIDE__KEYS__DIR", api.keys.path()).env(VARIABLE, "after_moving:1");
    let output = command.output().unwrap();
    assert_eq!(output.status.signal(), Some(Signal::SIGABRT as i32), "{example}");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let id = told.split_whitespace().find(|word| word.starts_with("op_")).expect("it says its id");
    id.trim_end_matches(':').to_owned()
}

/// People who registered before there was any worker are greeted by the commands of the page, once each.
#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_page_works() {
    const PEOPLE: usize = 3;
    let api = TestApi::start_roles("api", &[]).await;
    let tenants: Vec<String> = (0..PEOPLE).map(|_| api.person().tenant).collect();
    let migrated = run(&api, &words("migrate up"));
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    let mut operation = String::new();
    let mut seen = 0;
    for example in examples("replay.md") {
        // One is cut short, so that another may go on with it.
        if operation.is_empty() && example.contains("--yes") {
            operation = cut_short(&api, &example);
        }
        let example = example.replace("$OPERATION", &operation).replace("acme", &tenants[0]);
        let output = run(&api, &words(&example));
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{example}: {told}");
        assert!(!output.stdout.is_empty(), "{example} says nothing");
        seen += 1;
    }
    assert!(seen >= 4, "the page has {seen} examples");
    let over =
        format!("replay --worker send_mail --from 1 --to 1000000 --operation {operation} --reason other");
    assert_eq!(run(&api, &words(&over)).status.code(), Some(4), "it is over");
    let misused = [
        "replay --worker nobody --from 1 --to 9 --dry-run",
        "replay --worker send_mail --from 9 --to 1 --dry-run",
    ];
    for arguments in misused {
        assert_eq!(run(&api, &words(arguments)).status.code(), Some(2), "{arguments}");
    }
    let server = MailServer::start();
    let smtp_url = server.url();
    let variables =
        [("AIRTIDE__MAIL__SMTP_URL", smtp_url.as_str()), ("AIRTIDE__MAIL__FROM", "airtide@example.org")];
    let _workers = api.another_with("workers", &variables);
    let mut admin = database::superuser(&api.database_url).await;
    until_states(&mut admin, &[("done", PEOPLE as i64)]).await;
    assert_eq!(server.taken().len(), PEOPLE);
}

/// Of three webhooks each is owed what happened while it was there, and all of that was delivered.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_webhook_was_told_is_not_told_again_nor_what_came_before_it() {
    let receiver = Receiver::start(|_| 200);
    let api = TestApi::start_with(&[EGRESS]).await;
    let ana = api.person();
    let made = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&ana).send().expect(201);
    let path = format!("/v1/workspaces/{}", made.text("/id"));
    for (name, told) in [("one", 1), ("two", 3), ("three", 6)] {
        let webhook =
            json!({ "url": receiver.url(&format!("/{name}")), "event_types": ["workspace.renamed"] });
        api.post(&format!("{path}/webhooks"), webhook).by(&ana).send().expect(201);
        let seen = api.get(&path).by(&ana).send().expect(200);
        let change = api.call("PATCH", &path).json(json!({ "name": name })).by(&ana);
        change.header("if-match", seen.header("etag").unwrap()).send().expect(200);
        until_true("those are told who are there", SOON, async || receiver.received().len() == told).await;
    }
    let mut admin = database::superuser(&api.database_url).await;
    let settled = "select count(*) = 6 from work where worker = 'deliver_webhooks' and state = 'done'";
    until_true("all is settled", SOON, async || {
        sqlx::query_scalar::<_, bool>(settled).fetch_one(&mut admin).await.unwrap()
    })
    .await;
    checkpoints_at_head(&api.database_url, SOON).await;
    sqlx::query("delete from work").execute(&mut admin).await.unwrap();
    let arguments = "replay --worker deliver_webhooks --from 1 --to 1000 --dry-run --output json";
    let output = run(&api, &words(arguments));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["done"], &told["made"]), (&json!(6), &json!(0)), "{told}");
    let none = words("replay --worker deliver_webhooks --from 1 --to 1000 --tenant nobody --dry-run");
    let output = run(&api, &none);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no tenant nobody"));
}

//! `POST /v1/ops/replays`: what a replay would make is said as the command says it, and made once with a reason.

use serde_json::{Value, json};
use support::airtide;
use support::api::TestApi;
use support::database;
use support::operator::Operator;

use super::{ended, operations};

const REPLAYS: &str = "/v1/ops/replays";
const PEOPLE: i64 = 3;

/// People who registered before there was any worker, whose intake has just been put in at the end of the log.
async fn before_any_worker() -> TestApi {
    let api = TestApi::start_roles("api", &[]).await;
    for _ in 0..PEOPLE {
        api.person();
    }
    let migrated = run(&api, &["migrate", "up"]);
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    api
}

fn run(api: &TestApi, arguments: &[&str]) -> std::process::Output {
    let mut command = airtide::command(arguments);
    command.env("DATABASE_URL", &api.database_url).env("AIRTIDE__KEYS__DIR", api.keys.path());
    command.output().unwrap()
}

/// Without what differs from one to the next: its operation, and how far the log had come.
fn nameless(mut told: Value) -> Value {
    told["operation"] = Value::Null;
    told["up_to"] = Value::Null;
    told["events"] = Value::Null;
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_made_is_said_then_made_once_and_it_stands_in_the_log() {
    let api = before_any_worker().await;
    let operator = Operator::of(&api);
    let mut admin = database::superuser(&api.database_url).await;
    let looking = json!({ "worker": "send_mail", "from": 1, "to": 1_000_000, "dry_run": true });
    let looked = ended(&operator, &operator.post(REPLAYS, looking).send().expect(202));
    assert_eq!((&looked["state"], &looked["kind"]), (&json!("done"), &json!("replay_preview")), "{looked}");
    assert_eq!(looked["result"]["made"], PEOPLE);
    let command = [
        "replay",
        "--worker",
        "send_mail",
        "--from",
        "1",
        "--to",
        "1000000",
        "--dry-run",
        "--output",
        "json",
    ];
    let told: Value = serde_json::from_slice(&run(&api, &command).stdout).unwrap();
    assert_eq!(looked["result"], told);
    assert_eq!(operations(&operator).len(), 0, "nothing was done");

    let body = json!({ "worker": "send_mail", "from": 1, "to": 1_000_000, "reason": "mails are on" });
    let post = || ended(&operator, &operator.post(REPLAYS, body.clone()).send().expect(202));
    let made = post();
    assert_eq!((&made["state"], &made["kind"]), (&json!("done"), &json!("replay")), "{made}");
    assert_eq!(nameless(made["result"].clone()), nameless(told));
    assert_eq!(made["progress"]["things"], "positions");
    let again = post();
    assert_eq!((&again["result"]["made"], &again["result"]["known"]), (&json!(0), &json!(PEOPLE)));
    let pieces: i64 = sqlx::query_scalar("select count(*) from work").fetch_one(&mut admin).await.unwrap();
    assert_eq!(pieces, PEOPLE);
    assert_eq!(
        operations(&operator)[..2],
        [
            json!(["operation.begun", "operator:ana", "mails are on", null]),
            json!(["operation.ended", "operator:ana", null, "done"]),
        ]
    );
}

/// Events are chosen as the command chooses them; a part is made, and no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_filter_narrows_what_is_given_again() {
    let api = before_any_worker().await;
    let operator = Operator::of(&api);
    let other = json!({ "worker": "send_mail", "from": 1, "to": 1_000_000, "dry_run": true,
        "type": "workspace.renamed" });
    let looked = ended(&operator, &operator.post(REPLAYS, other).send().expect(202));
    assert_eq!((&looked["result"]["events"], &looked["result"]["made"]), (&json!(0), &json!(0)), "{looked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_or_has_no_reason_is_refused() {
    let api = before_any_worker().await;
    let operator = Operator::of(&api);
    for (body, pointer) in [
        (json!({ "worker": "nobody", "from": 1, "to": 2, "reason": "why" }), "/worker"),
        (json!({ "worker": "send_mail", "from": 0, "to": 2, "reason": "why" }), "/from"),
        (json!({ "worker": "send_mail", "from": 3, "to": 2, "reason": "why" }), "/to"),
        (json!({ "worker": "send_mail", "from": 1, "to": 2 }), "/reason"),
        (json!({ "worker": "send_mail", "from": 1, "to": 2, "reason": " " }), "/reason"),
        (json!({ "worker": "send_mail", "from": 1, "to": 2, "dry_run": true, "type": "no.such" }), "/type"),
    ] {
        let refused = operator.post(REPLAYS, body.clone()).send().expect(422);
        assert_eq!(refused.text("/errors/0/pointer"), pointer, "{body}");
    }
    assert_eq!(operations(&operator).len(), 0);
}

/// Refused after it was begun, it does not look as if it were still under way.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_refused_ends_as_failed() {
    let api = before_any_worker().await;
    let operator = Operator::of(&api);
    let gone = "delete from projection_checkpoints where name = 'send_mail'";
    sqlx::query(gone).execute(&mut database::superuser(&api.database_url).await).await.unwrap();
    let body = json!({ "worker": "send_mail", "from": 1, "to": 1_000_000, "reason": "mails are on" });
    let job = ended(&operator, &operator.post(REPLAYS, body).send().expect(202));
    assert_eq!(job["state"], "failed");
    assert!(job["detail"].as_str().unwrap().contains("has no intake yet"), "{job}");
    assert_eq!(
        operations(&operator),
        [
            json!(["operation.begun", "operator:ana", "mails are on", null]),
            json!(["operation.ended", "operator:ana", null, "failed"]),
        ]
    );
}

//! `/v1/ops/work/plans`: what would move is looked at and fixed; then it moves, as an operation with a reason.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use eventstore::fail_points::VARIABLE;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use sqlx::PgConnection;
use support::airtide;
use support::api::TestApi;
use support::database;
use support::operator::Operator;

use super::{ended, operations};

const PLANS: &str = "/v1/ops/work/plans";
const PIECES: i64 = 1_000;
const SOON: Duration = Duration::from_secs(60);

/// A thousand parked mails that failed in two ways, each of a key of its own, and no worker.
async fn failing(variables: &[(&str, &str)]) -> (TestApi, PgConnection) {
    let api = TestApi::start_roles("api", variables).await;
    let mut admin = database::superuser(&api.database_url).await;
    sqlx::query(
        "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at, class, reason)
         select 'send_mail/' || n || '/', 'send_mail', 'acme', n, '', 'ana' || n, 'parked', now(), 'failed',
                (array['no answer', 'no such mailbox'])[1 + n % 2] from generate_series(1, $1) n",
    )
    .bind(PIECES as i32)
    .execute(&mut admin)
    .await
    .unwrap();
    (api, admin)
}

async fn count(admin: &mut PgConnection, state: &str) -> i64 {
    let sql = "select count(*) from work where state = $1";
    sqlx::query_scalar(sql).bind(state).fetch_one(admin).await.unwrap()
}

async fn change(admin: &mut PgConnection, sql: &'static str) {
    sqlx::query(sql).execute(admin).await.unwrap();
}

/// What `airtide work` prints with these arguments.
fn told(api: &TestApi, arguments: &[&str]) -> Value {
    let arguments = [["work"].as_slice(), arguments, &["--output", "json"]].concat();
    let mut command = airtide::command(&arguments);
    command.env("DATABASE_URL", &api.database_url).env("AIRTIDE__KEYS__DIR", api.keys.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn group_of(operator: &Operator<'_>, said: &str) -> String {
    let groups = operator.get("/v1/ops/work/groups").expect(200).json();
    let found = groups["data"].as_array().unwrap().iter().find(|group| group["said"] == said).unwrap();
    found["group"].as_str().unwrap().to_owned()
}

fn planned(operator: &Operator<'_>, body: Value) -> Value {
    operator.post(PLANS, body).send().expect(201).json()
}

fn moves(plan: &Value) -> String {
    format!("{PLANS}/{}/moves", plan["operation"].as_str().unwrap())
}

/// Plans without the name that each has for itself.
fn nameless(mut plan: Value) -> Value {
    plan["operation"] = json!("its own");
    plan
}

/// Looked at as the command looks; then exactly that moves, but for what has changed; and it is written down.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_retried_as_it_was_looked_at_and_it_stands_in_the_log() {
    let (api, mut admin) = failing(&[]).await;
    let operator = Operator::of(&api);
    let group = group_of(&operator, "no answer");
    let plan = planned(&operator, json!({ "deed": "retry", "fitting": { "group": group } }));
    assert_eq!((&plan["pieces"], &plan["came"]), (&json!(500), &Value::Null));
    assert_eq!(nameless(plan.clone()), nameless(told(&api, &["retry", "--group", &group, "--dry-run"])));
    assert_eq!(
        (count(&mut admin, "parked").await, operations(&operator).len()),
        (PIECES, 0),
        "nothing moved"
    );

    change(&mut admin, "update work set epoch = epoch + 1 where claim = 'send_mail/2/'").await;
    change(&mut admin, "update work set reason = 'no answer' where claim = 'send_mail/1/'").await;
    let begun = operator.post(&moves(&plan), json!({ "reason": "it is back" })).send().expect(202);
    let job = ended(&operator, &begun);
    assert_eq!(
        (&job["state"], &job["kind"], &job["target"]),
        (&json!("done"), &json!("retry"), &plan["operation"]),
        "{job}"
    );
    assert_eq!(job["result"]["came"], json!({ "pieces": 500, "moved": 499, "left_alone": 1 }));
    assert_eq!((&job["progress"]["things"], &job["progress"]["done"]), (&json!("pieces"), &json!(500)));
    assert_eq!((count(&mut admin, "open").await, count(&mut admin, "parked").await), (499, 501));
    assert_eq!(
        operations(&operator),
        [
            json!(["operation.begun", "operator:ana", "it is back", null]),
            json!(["operation.ended", "operator:ana", null, "partial"]),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_piece_is_let_go_by_its_name_and_another_set_aside() {
    let (api, mut admin) = failing(&[]).await;
    change(&mut admin, "update work set state = 'open', reason = null where claim = 'send_mail/4/'").await;
    let operator = Operator::of(&api);
    for (deed, name, becomes) in [("discard", "send_mail/3/", "skipped"), ("park", "send_mail/4", "parked")] {
        let plan = planned(&operator, json!({ "deed": deed, "name": name }));
        assert_eq!(plan["pieces"], 1);
        let begun = operator.post(&moves(&plan), json!({ "reason": "as agreed" })).send().expect(202);
        assert_eq!(ended(&operator, &begun)["result"]["came"]["moved"], 1);
        let shown = operator.get(&format!("/v1/ops/work/items/{}", name.replace('/', "%2F"))).expect(200);
        assert_eq!(shown.at("/work/state"), becomes);
    }
}

/// The mail may lie in a mailbox already: no filter reaches it, and by name it has to be said.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_been_done_is_done_again_only_by_name_and_when_that_is_meant() {
    let (api, mut admin) = failing(&[]).await;
    change(&mut admin, "update work set state = 'unknown' where claim = 'send_mail/5/'").await;
    let operator = Operator::of(&api);
    let unfit = json!({ "deed": "retry", "fitting": { "states": ["unknown"] } });
    let refused = operator.post(PLANS, unfit).send().expect(422);
    assert_eq!(refused.text("/errors/0/pointer"), "/fitting/states");
    let named = json!({ "deed": "retry", "name": "send_mail/5/" });
    assert_eq!(operator.post(PLANS, named).send().expect(409).text("/code"), "may_be_done");
    let meant = json!({ "deed": "retry", "name": "send_mail/5/", "even_if_done": true });
    assert_eq!(planned(&operator, meant)["pieces"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_or_has_no_reason_moves_nothing() {
    let (api, mut admin) = failing(&[]).await;
    let operator = Operator::of(&api);
    for (body, pointer) in [
        (json!({ "deed": "retry" }), ""),
        (json!({ "deed": "retry", "name": "send_mail/1/", "fitting": { "key": "ana1" } }), ""),
        (json!({ "deed": "retry", "fitting": {} }), "/fitting"),
        (json!({ "deed": "retry", "fitting": { "worker": "nobody" } }), "/fitting/worker"),
        (json!({ "deed": "retry", "fitting": { "states": ["asleep"] } }), "/fitting/states/0"),
        (json!({ "deed": "retry", "fitting": { "key": "ana1" }, "even_if_done": true }), "/even_if_done"),
        (json!({ "deed": "retry", "name": "nonsense" }), "/name"),
        (json!({ "deed": "repeat", "name": "send_mail/1/" }), "/deed"),
    ] {
        let refused = operator.post(PLANS, body.clone()).send().expect(422);
        assert_eq!(refused.text("/errors/0/pointer"), pointer, "{body}");
    }
    operator.post(PLANS, json!({ "deed": "retry", "name": "send_mail/9999/" })).send().expect(404);
    let not_so = json!({ "deed": "park", "name": "send_mail/1/" });
    assert_eq!(operator.post(PLANS, not_so).send().expect(409).text("/code"), "work_not_so");

    let plan = planned(&operator, json!({ "deed": "retry", "fitting": { "worker": "send_mail" } }));
    for body in [json!({}), json!({ "reason": " " }), json!({ "reason": "x".repeat(1_001) })] {
        let refused = operator.post(&moves(&plan), body).send().expect(422);
        assert_eq!(refused.text("/errors/0/pointer"), "/reason");
    }
    for unknown in ["op_none", "not%20an%20id"] {
        let path = format!("{PLANS}/{unknown}/moves");
        operator.post(&path, json!({ "reason": "why" })).send().expect(404);
    }
    let nothing = planned(&operator, json!({ "deed": "retry", "fitting": { "key": "nobody" } }));
    let refused = operator.post(&moves(&nothing), json!({ "reason": "why" })).send().expect(409);
    assert_eq!(refused.text("/code"), "nothing_to_move");
    assert_eq!((count(&mut admin, "parked").await, operations(&operator).len()), (PIECES, 0));
}

/// One key is one plan, which is forgotten when asked, unless it was begun.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_made_once_under_its_key_and_forgotten_when_nobody_agrees() {
    let (api, mut admin) = failing(&[]).await;
    let operator = Operator::of(&api);
    let plan = || {
        let body = json!({ "deed": "discard", "fitting": { "worker": "send_mail" } });
        operator.post(PLANS, body).key("a").send().expect(201)
    };
    let first = plan();
    change(&mut admin, "update work set state = 'open' where claim = 'send_mail/1/'").await;
    let again = plan();
    assert_eq!((again.at("/operation"), again.at("/pieces")), (first.at("/operation"), json!(PIECES)));
    let place = first.header("location").unwrap();
    let forget = || api.call("DELETE", place).bearer(&operator.token).send();
    forget().expect(204);
    forget().expect(404);
    let renewed = plan();
    assert_eq!(renewed.at("/pieces"), PIECES - 1);
    let begun = operator.post(&format!("{place}/moves"), json!({ "reason": "nobody needs them" })).send();
    ended(&operator, &begun.expect(202));
    assert_eq!(forget().expect(409).text("/code"), "begun");
    assert_eq!(count(&mut admin, "skipped").await, PIECES - 1);
}

/// The process dies in the middle, and with it the job; the operation goes on when it is asked for elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn an_operation_whose_process_was_killed_goes_on_in_another() {
    let (api, mut admin) = failing(&[]).await;
    let dying = api.another_with("api", &[(VARIABLE, "after_moving:2")]);
    let operator = Operator::of(&api);
    let plan = planned(&operator, json!({ "deed": "retry", "fitting": { "worker": "send_mail" } }));
    let body = json!({ "reason": "it is back" });
    // Whether it answers before it dies does not matter.
    let asked = support::api::call(&dying.url, "POST", &moves(&plan)).json(body.clone());
    let _ = asked.bearer(&operator.token).try_send();
    let status = dying.end_of(SOON).expect("it ends by itself");
    assert_eq!(status.signal(), Some(Signal::SIGABRT as i32));
    let moved = count(&mut admin, "open").await;
    assert!(0 < moved && moved < PIECES, "{moved} moved");
    assert_eq!(operations(&operator).len(), 1);

    let job = ended(&operator, &operator.post(&moves(&plan), body).send().expect(202));
    assert_eq!(job["result"]["came"]["moved"], PIECES, "{job}");
    let epochs: Vec<(i64, i64)> = sqlx::query_as("select epoch, count(*) from work group by 1 order by 1")
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert_eq!(epochs, [(1, PIECES)], "each was driven again once");
    assert_eq!(operations(&operator).len(), 2);
}

//! `/v1/ops/projections`: how far read models are, and made anew while the system runs.

use serde_json::{Value, json};
use support::airtide;
use support::api::TestApi;
use support::database;
use support::operator::Operator;

use super::{ended, operations};

const REBUILDS: &str = "/v1/ops/projections/workspaces/rebuilds";

/// What `airtide projections` prints with these arguments.
fn told(api: &TestApi, arguments: &[&str]) -> Value {
    let arguments = [["projections"].as_slice(), arguments, &["--output", "json"]].concat();
    let mut command = airtide::command(&arguments);
    command.env("DATABASE_URL", &api.database_url).env("AIRTIDE__KEYS__DIR", api.keys.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Somebody with workspaces, which the read model of them has taken in.
async fn with_workspaces() -> TestApi {
    let api = TestApi::start().await;
    let ana = api.person();
    for name in ["Orders", "Sales"] {
        let made = api.post("/v1/workspaces", json!({ "name": name })).by(&ana).send().expect(201);
        let wait_for = made.header("airtide-position").unwrap();
        api.get(&format!("/v1/workspaces?wait_for={wait_for}")).by(&ana).send().expect(200);
    }
    api
}

/// Times of the last write differ from question to question.
fn timeless(mut value: Value) -> Value {
    match &mut value {
        Value::Array(items) => items.iter_mut().for_each(|item| *item = timeless(item.take())),
        Value::Object(fields) => {
            fields.retain(|name, _| {
                !["updated_at", "position", "lag", "rows", "bytes"].contains(&name.as_str())
            });
            fields.values_mut().for_each(|field| *field = timeless(field.take()));
        }
        _ => {}
    }
    value
}

#[tokio::test(flavor = "multi_thread")]
async fn read_models_are_told_as_the_command_tells_them_and_intakes_are_not() {
    let api = with_workspaces().await;
    let operator = Operator::of(&api);
    let listed = operator.get("/v1/ops/projections").expect(200).json();
    assert_eq!(timeless(listed["data"].clone()), timeless(told(&api, &["list"])));
    let names: Vec<&str> =
        listed["data"].as_array().unwrap().iter().map(|each| each["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"workspaces") && !names.contains(&"send_mail"), "{names:?}");
    let shown = operator.get("/v1/ops/projections/workspaces").expect(200).json();
    assert_eq!(timeless(shown), timeless(told(&api, &["show", "workspaces"])));
    operator.get("/v1/ops/projections/send_mail").expect(404);
    operator.get("/v1/ops/projections/nothing").expect(404);
}

/// Made anew, compared and switched to over HTTP; what was in use before is dropped; the log says who and why.
#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_is_made_anew_compared_switched_to_and_the_old_one_dropped() {
    let api = with_workspaces().await;
    let operator = Operator::of(&api);
    let body = json!({ "reason": "rows were lost", "verify": true, "switch": true });
    let job = ended(&operator, &operator.post(REBUILDS, body).send().expect(202));
    assert_eq!(
        (&job["state"], &job["kind"], &job["target"]),
        (&json!("done"), &json!("rebuild"), &json!("workspaces"))
    );
    assert_eq!((&job["result"]["switched"], &job["result"]["name"]), (&json!(true), &json!("workspaces")));
    let dropped = operator.post("/v1/ops/projections/workspaces/drop", json!({ "reason": "not needed" }));
    let dropped = dropped.send().expect(200);
    assert_eq!(dropped.at("/name"), "workspaces");
    assert_eq!(
        operations(&operator),
        [
            json!(["operation.begun", "operator:ana", "rows were lost", null]),
            json!(["operation.ended", "operator:ana", null, "done"]),
            json!(["operation.begun", "operator:ana", "not needed", null]),
            json!(["operation.ended", "operator:ana", null, "done"]),
        ]
    );
    let again = operator.post("/v1/ops/projections/workspaces/drop", json!({ "reason": "not needed" }));
    again.send().expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_told_and_not_switched_to() {
    let api = with_workspaces().await;
    let operator = Operator::of(&api);
    let mut admin = database::superuser(&api.database_url).await;
    let planted = "update workspaces_v1.workspaces set name = 'Planted' where name = 'Orders'";
    assert_eq!(sqlx::query(planted).execute(&mut admin).await.unwrap().rows_affected(), 1);
    let body = json!({ "reason": "a doubt", "verify": true, "switch": true });
    let job = ended(&operator, &operator.post(REBUILDS, body).send().expect(202));
    assert_eq!((&job["state"], &job["result"]["switched"]), (&json!("done"), &json!(false)), "{job}");
    assert_eq!(operations(&operator)[1][3], "failed");
}

/// Nothing is done without a reason, and the same key begins one operation.
#[tokio::test(flavor = "multi_thread")]
async fn an_act_has_a_reason_and_happens_once_under_its_key() {
    let api = with_workspaces().await;
    let operator = Operator::of(&api);
    for body in [json!({}), json!({ "reason": " " }), json!({ "reason": "x".repeat(1_001) })] {
        let refused = operator.post(REBUILDS, body).send().expect(422);
        assert_eq!(refused.text("/errors/0/pointer"), "/reason");
    }
    let post = || operator.post(REBUILDS, json!({ "reason": "a doubt" })).key("a").send().expect(202);
    let (first, again) = (post(), post());
    assert_eq!(first.header("location"), again.header("location"));
    ended(&operator, &first);
    post();
    assert_eq!(operations(&operator).len(), 2);
}

/// Nothing of it stays, neither tables nor an operation; it tells what `airtide what-if projection` tells.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_running_code_would_make_is_told_and_nothing_of_it_stays() {
    let api = with_workspaces().await;
    let operator = Operator::of(&api);
    let mut admin = database::superuser(&api.database_url).await;
    let planted = "update workspaces_v1.workspaces set name = 'Planted' where name = 'Orders'";
    sqlx::query(planted).execute(&mut admin).await.unwrap();
    let place = "/v1/ops/projections/workspaces/what-if";
    let job = ended(&operator, &operator.post(place, json!({})).send().expect(202));
    assert_eq!(
        (&job["state"], &job["kind"], &job["target"]),
        (&json!("done"), &json!("what_if"), &json!("workspaces")),
        "{job}"
    );
    let different = job["result"]["verified"].to_string();
    assert!(different.contains("name") && !different.contains("Planted"), "{different}");
    let left: i64 = sqlx::query_scalar("select count(*) from pg_namespace where nspname like '%what_if'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!((left, operations(&operator).len()), (0, 0));
    operator.post("/v1/ops/projections/nothing/what-if", json!({})).send().expect(404);
}

//! `POST /v1/ops/checks`: everything that is stored, held against what must always be so, as a job.

use serde_json::{Value, json};
use support::airtide;
use support::api::TestApi;
use support::database;
use support::operator::Operator;

use super::{ended, operations};

const CHECKS: &str = "/v1/ops/checks";

/// What `airtide check` prints.
fn told(api: &TestApi) -> Value {
    let mut command = airtide::command(&["check", "--output", "json"]);
    command.env("DATABASE_URL", &api.database_url).env("AIRTIDE__KEYS__DIR", api.keys.path());
    serde_json::from_slice(&command.output().unwrap().stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sound_is_told_as_the_command_tells_it_and_nothing_is_written_down() {
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let operator = Operator::of(&api);
    let job = ended(&operator, &operator.post(CHECKS, json!({})).send().expect(202));
    assert_eq!(
        (&job["state"], &job["kind"], &job["result"]["holds"]),
        (&json!("done"), &json!("check"), &json!(true))
    );
    assert_eq!(job["result"]["data"], told(&api));
    assert_eq!(job["progress"]["done"], job["progress"]["total"]);
    assert_eq!(operations(&operator).len(), 0);
    operator.post(CHECKS, json!({ "all": true })).send().expect(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_not_be_is_named() {
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let changed = "update events set payload = '{}' where position = 2";
    sqlx::query(changed).execute(&mut database::superuser(&api.database_url).await).await.unwrap();
    let operator = Operator::of(&api);
    let job = ended(&operator, &operator.post(CHECKS, json!({})).send().expect(202));
    assert_eq!((&job["state"], &job["result"]["holds"]), (&json!("done"), &json!(false)), "{job}");
    assert_eq!(job["result"]["data"], told(&api));
}

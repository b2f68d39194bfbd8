//! `POST /v1/ops/log/verifications`: the log verified as a job, which says how far it is and what it found.

use serde_json::json;
use support::api::TestApi;
use support::database;
use support::operator::Operator;

use super::{ended, masked};

const VERIFICATIONS: &str = "/v1/ops/log/verifications";

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_log_is_told_as_such_with_how_fast_it_went() {
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let operator = Operator::of(&api);
    let begun = operator.post(VERIFICATIONS, json!({})).send().expect(202);
    let job = ended(&operator, &begun);
    let mut shown = masked(job.clone());
    shown["result"]["remarks"] = json!("where the file would be");
    insta::assert_json_snapshot!("verified", shown);
    assert_eq!(job["progress"]["done"], job["progress"]["total"]);
    let listed = operator.get("/v1/ops/jobs").expect(200).json();
    assert_eq!(listed["data"], json!([job]));
}

/// The same that `airtide log verify` says of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_made_past_the_program_is_named() {
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let changed = "update events set payload = '{}' where position = 2";
    sqlx::query(changed).execute(&mut database::superuser(&api.database_url).await).await.unwrap();
    let operator = Operator::of(&api);
    let job = ended(&operator, &operator.post(VERIFICATIONS, json!({})).send().expect(202));
    assert_eq!((&job["state"], &job["result"]["is_sound"]), (&json!("done"), &json!(false)));
    assert!(
        job["result"]["violations"][0].as_str().unwrap().contains("event 2 is not what was recorded"),
        "{job}"
    );
    let later = json!({ "from": 5 });
    let job = ended(&operator, &operator.post(VERIFICATIONS, later).send().expect(202));
    assert_eq!((&job["result"]["is_sound"], &job["result"]["from"]), (&json!(true), &json!(5)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_at_once_or_fails_with_a_sentence() {
    let api = TestApi::start_roles("api", &[]).await;
    let operator = Operator::of(&api);
    for (body, pointer) in [(json!({ "from": 0 }), "/from"), (json!({ "sample": -1 }), "/sample")] {
        let refused = operator.post(VERIFICATIONS, body).send().expect(422);
        assert_eq!(refused.text("/errors/0/pointer"), pointer);
    }
    operator.post(VERIFICATIONS, json!({ "all": true })).send().expect(422);
    let job = ended(&operator, &operator.post(VERIFICATIONS, json!({ "from": 999 })).send().expect(202));
    assert_eq!(job["state"], "failed");
    assert!(job["detail"].as_str().unwrap().contains("before position 999"), "{job}");
    operator.get("/v1/ops/jobs/0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b").expect(404);
    operator.get("/v1/ops/jobs/nothing").expect(404);
}

/// A retry under the same key finds the job that the first attempt began.
#[tokio::test(flavor = "multi_thread")]
async fn one_key_begins_one_job() {
    let api = TestApi::start_roles("api", &[]).await;
    let operator = Operator::of(&api);
    let post = |key: &str| operator.post(VERIFICATIONS, json!({})).key(key).send().expect(202);
    let (first, again, other) = (post("a"), post("a"), post("b"));
    assert_eq!(first.header("location"), again.header("location"));
    assert_ne!(first.header("location"), other.header("location"));
}

/// A job lives where it was asked for: another process does not know it, nor does the next one in its place.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_ends_with_its_process_and_is_not_there_any_more() {
    let api = TestApi::start_roles("api", &[]).await;
    let operator = Operator::of(&api);
    let begun = operator.post(VERIFICATIONS, json!({})).send().expect(202);
    let place = begun.header("location").unwrap();
    let other = api.another("api");
    let asked = support::api::call(&other.url, "GET", place).bearer(&operator.token).send();
    asked.expect(404);
}

//! `POST /v1/ops/erasures`: a person is erased as `airtide erase` does it, as a job.

use serde_json::json;
use support::api::{PASSWORD, TestApi};
use support::operator::Operator;

use super::{ended, operations};

const ERASURES: &str = "/v1/ops/erasures";

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_is_a_job_that_says_what_it_looked_through_and_stands_in_the_log() {
    let api = TestApi::start_roles("api", &[]).await;
    let (person, operator) = (api.person(), Operator::of(&api));
    operator.post(ERASURES, json!({ "subject": person.user })).send().expect(422);
    let nobody = json!({ "subject": "usr_nobody", "reason": "request 4711" });
    assert_eq!(operator.post(ERASURES, nobody).send().expect(404).text("/code"), "not_found");
    assert_eq!(operations(&operator).len(), 0);

    let wanted = json!({ "subject": person.user, "reason": "request 4711" });
    let job = ended(&operator, &operator.post(ERASURES, wanted).send().expect(202));
    assert_eq!(
        (&job["state"], &job["kind"], &job["target"]),
        (&json!("done"), &json!("erasure"), &json!(person.user))
    );
    assert_eq!(job["result"]["erased"][0]["keys"], 1, "{job}");
    let places = job["result"]["places"].as_array().unwrap();
    assert!(places.len() > 20 && places.iter().all(|place| place["found"] == 0), "{job}");
    assert_eq!(
        operations(&operator),
        [
            json!(["operation.begun", "operator:ana", "request 4711", null]),
            json!(["operation.ended", "operator:ana", null, "done"]),
        ]
    );
    let sign_in = json!({ "identifier": person.email, "password": PASSWORD });
    api.post("/auth/login", sign_in).send().expect(401);
}

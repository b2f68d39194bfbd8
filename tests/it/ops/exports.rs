//! `/v1/ops/log/exports`: the log as files, made with a reason, fetched, and brought in elsewhere; never its secrets.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::{Value, json};
use support::api::TestApi;
use support::operator::Operator;
use support::transfer::{Empty, Place};

use super::{ended, operations};

const EXPORTS: &str = "/v1/ops/log/exports";

fn exported(operator: &Operator<'_>, body: Value) -> Value {
    ended(operator, &operator.post(EXPORTS, body).send().expect(202))
}

fn place(job: &Value) -> String {
    format!("{EXPORTS}/{}", job["id"].as_str().unwrap())
}

fn files(job: &Value) -> Vec<&str> {
    job["result"]["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect()
}

/// Every file of an export, as an operator fetches it.
fn fetch(api: &TestApi, operator: &Operator<'_>, job: &Value) -> Place {
    let copy = Place::default();
    fs::create_dir(copy.folder()).unwrap();
    for file in files(job) {
        let bytes = api.get(&format!("{}/files/{file}", place(job))).bearer(&operator.token).bytes();
        fs::write(copy.folder().join(file), bytes).unwrap();
    }
    copy
}

fn folder(api: &TestApi, job: &Value) -> PathBuf {
    api.keys.path().join("exports").join(job["id"].as_str().unwrap())
}

/// What arrives is what `airtide log import` takes, to the last hash.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_exported_fetched_and_brought_in_elsewhere_and_it_stands_in_the_log() {
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let operator = Operator::of(&api);
    let job = exported(&operator, json!({ "reason": "a copy for the auditor" }));
    assert_eq!((&job["state"], &job["kind"]), (&json!("done"), &json!("export")), "{job}");
    let mode = fs::metadata(folder(&api, &job)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);

    let (copy, empty) = (fetch(&api, &operator, &job), Empty::new().await);
    let imported = empty.import_with(&copy, |options| options.secrets = None).await.unwrap();
    assert_eq!(job["result"]["chain_hash"], imported.chain_hash);
    assert_eq!(job["result"]["last_position"], imported.last_position);
    assert_eq!(
        operations(&operator),
        [
            json!(["operation.begun", "operator:ana", "a copy for the auditor", null]),
            json!(["operation.ended", "operator:ana", null, "done"]),
        ]
    );
}

/// Keys of people, credentials and secrets of webhooks lie sealed in the database; no file of an export has them.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_travels_over_http() {
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let operator = Operator::of(&api);
    let wanted = json!({ "reason": "a copy", "secrets": "secrets.sealed" });
    operator.post(EXPORTS, wanted).send().expect(422);
    let job = exported(&operator, json!({ "reason": "a copy" }));
    assert_eq!(job["result"]["secrets"], Value::Null);
    let lying: Vec<_> =
        fs::read_dir(folder(&api, &job)).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(lying.len(), files(&job).len(), "{lying:?}");
    let copy = fetch(&api, &operator, &job);
    let names = files(&job).into_iter().filter(|file| file.ends_with(".zst"));
    let lines: Vec<String> = names.flat_map(|file| copy.lines(file)).collect();
    assert!(!lines.is_empty() && !lines.iter().any(|line| line.contains("argon2")), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_manifest_names_is_to_be_fetched() {
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let operator = Operator::of(&api);
    let job = exported(&operator, json!({ "reason": "a copy" }));
    let manifest = operator.get(&format!("{}/files/manifest.json", place(&job))).expect(200);
    assert_eq!(manifest.header("content-type"), Some("application/json"));
    assert_eq!(manifest.header("cache-control"), Some("no-store"));
    assert_eq!(manifest.at("/export"), job["result"]["export"]);
    fs::write(folder(&api, &job).join("notes.txt"), "not of the export").unwrap();
    for file in ["notes.txt", "..%2F..%2Flook-up.key", "..%2Fmanifest.json", ".", "manifest.json%00", "other"]
    {
        operator.get(&format!("{}/files/{file}", place(&job))).expect(404);
    }
    operator.get(&format!("{EXPORTS}/0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b/files/manifest.json")).expect(404);
    operator.get(&format!("{EXPORTS}/..%2F..%2Fkeys/files/manifest.json")).expect(404);
    let file = folder(&api, &job).join("manifest.json");
    fs::remove_file(file).unwrap();
    let segment = files(&job).into_iter().find(|file| file.starts_with("events-")).unwrap();
    operator.get(&format!("{}/files/{segment}", place(&job))).expect(404);
}

/// Each is a copy of the log, so few are kept, and none goes unless somebody says so.
#[tokio::test(flavor = "multi_thread")]
async fn few_are_kept_until_somebody_deletes_one() {
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let operator = Operator::of(&api);
    let jobs: Vec<Value> = (0..3).map(|_| exported(&operator, json!({ "reason": "a copy" }))).collect();
    let refused = operator.post(EXPORTS, json!({ "reason": "one more" })).send().expect(409);
    assert_eq!(refused.text("/code"), "too_many_exports");
    assert!(refused.text("/detail").contains(jobs[0]["id"].as_str().unwrap()), "{}", refused.body);
    let delete = || api.call("DELETE", &place(&jobs[0])).bearer(&operator.token).send();
    delete().expect(204);
    delete().expect(404);
    operator.get(&format!("{}/files/manifest.json", place(&jobs[0]))).expect(404);
    assert_eq!(exported(&operator, json!({ "reason": "one more" }))["state"], "done");
}

/// They lie in a folder, so they are there after the process that made them; a job is not.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_outlives_the_job_that_made_it() {
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let operator = Operator::of(&api);
    let job = exported(&operator, json!({ "reason": "a copy" }));
    let other = api.another("api");
    let asked = |path: &str| support::api::call(&other.url, "GET", path).bearer(&operator.token).send();
    asked(&format!("/v1/ops/jobs/{}", job["id"].as_str().unwrap())).expect(404);
    asked(&format!("{}/files/manifest.json", place(&job))).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tenant_is_exported_alone_and_what_makes_no_sense_fails_with_a_sentence() {
    let api = TestApi::start_roles("api", &[]).await;
    let tenant = api.person().tenant;
    let operator = Operator::of(&api);
    for (body, pointer) in [
        (json!({}), "/reason"),
        (json!({ "reason": " " }), "/reason"),
        (json!({ "reason": "why", "tenant": "platform" }), "/tenant"),
        (json!({ "reason": "why", "tenant": "not an id" }), "/tenant"),
    ] {
        let refused = operator.post(EXPORTS, body.clone()).send().expect(422);
        assert_eq!(refused.text("/errors/0/pointer"), pointer, "{body}");
    }
    let one = exported(&operator, json!({ "reason": "they move out", "tenant": tenant }));
    assert_eq!((&one["state"], &one["result"]["tenant"]), (&json!("done"), &json!(tenant)), "{one}");
    let job = exported(&operator, json!({ "reason": "why", "tenant": "nobody" }));
    assert_eq!(job["state"], "failed");
    assert!(job["detail"].as_str().unwrap().contains("nobody has no events"), "{job}");
    assert!(!folder(&api, &job).exists(), "nothing is left of what failed");
    assert_eq!(operations(&operator).last().unwrap()[3], "failed");
}

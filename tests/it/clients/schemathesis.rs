//! Schemathesis, which draws requests from the OpenAPI document, gets no 5xx and no answer that the document does not
//! describe.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use domain::identity::Permission;
use serde_json::json;
use support::api::TestApi;
use support::stand_in::StandIn;
use support::{operator, skipped};

use super::airtable;

const PINNED: &str = "schemathesis==4.32.5";
const SECONDS: &str = "12";
/// Two have no end, and the other ends the session that all the rest need.
const EXCLUDED: [&str; 3] = ["/v1/events/stream", "/v1/bases/{base}/changes", "/auth/logout"];
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";

/// The program in an environment of its own, which is kept between runs; nothing without Python or its registry.
fn installed() -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(PINNED);
    let program = home.join("bin/schemathesis");
    let is_well = |program: &Path| succeeds(Command::new(program).arg("--version"));
    if is_well(&program) {
        return Some(program);
    }
    let made = succeeds(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))
        && succeeds(Command::new(home.join("bin/pip")).args(["install", "--quiet", PINNED]));
    (made && is_well(&program)).then_some(program)
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// What one principal's requests come to: nothing, or what is wrong.
fn drawn_by(program: &Path, url: &str, who: &str, token: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder for its reports");
    let run = Command::new(program)
        .args(["run", &format!("{url}/openapi.json"), "--header", &format!("Authorization: Bearer {token}")])
        .args(["--phases", "examples,coverage,fuzzing", "--checks", CHECKS, "--max-time", &seconds()])
        .args(EXCLUDED.into_iter().flat_map(|path| ["--exclude-path", path]))
        .args(["--continue-on-failure", "--warnings", "off", "--no-color"])
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&run.stdout);
    println!("{who}:\n{told}");
    let is_well = run.status.success();
    if is_well { Ok(()) } else { Err(format!("{who}:\n{told}\n{}", String::from_utf8_lossy(&run.stderr))) }
}

/// How long each principal is drawn for.
fn seconds() -> String {
    std::env::var("AIRTIDE_FUZZ_SECONDS").unwrap_or_else(|_| SECONDS.to_owned())
}

/// An owner, a key that may everything its owner may, and an operator of the platform.
#[tokio::test(flavor = "multi_thread")]
async fn drawn_requests_of_three_principals_meet_no_fault_and_nothing_undocumented() {
    let Some(program) = installed() else {
        skipped::suite("schemathesis", "Python, or the registry of its packages,");
        return;
    };
    let stand_in = StandIn::holding(&airtable::seed());
    let api = TestApi::start_with(&[("AIRTIDE__AIRTABLE__ROOT", stand_in.text("airtable_url"))]).await;
    let (ana, ben) = (api.person(), api.person());
    let body = json!({ "name": "A program", "scopes": Permission::ALL.map(Permission::as_str) });
    let key = api.post("/v1/api-keys", body).by(&ben).send().expect(201).text("/key");
    let operator = operator::token(&api, &["--name", "ana"]);
    let principals = [("an owner", &ana.token), ("a key", &key), ("an operator", &operator)];
    let outcomes = principals.map(|(who, token)| drawn_by(&program, &api.url, who, token));
    let wrong: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! Schemathesis, which draws requests from the OpenAPI document, gets no 5xx and no answer that the document does not
//! describe.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::api::TestApi;
use support::skipped;

const PINNED: &str = "schemathesis==4.32.5";
const SECONDS: &str = "30";
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

#[tokio::test(flavor = "multi_thread")]
async fn drawn_requests_meet_no_fault_and_nothing_undocumented() {
    let Some(program) = installed() else {
        skipped::suite("schemathesis", "Python, or the registry of its packages,");
        return;
    };
    let api = TestApi::start().await;
    let ana = api.person();
    let folder = tempfile::tempdir().expect("a folder for its reports");
    let run = Command::new(program)
        .args(["run", &format!("{}/openapi.json", api.url), "--header"])
        .arg(format!("Authorization: Bearer {}", ana.token))
        .args(["--phases", "examples,coverage,fuzzing", "--checks", CHECKS, "--max-time", SECONDS])
        // One has no end, and the other ends the session that all the others need.
        .args(["--exclude-path", "/v1/events/stream", "--exclude-path", "/auth/logout"])
        .args(["--continue-on-failure", "--warnings", "off", "--no-color"])
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&run.stdout);
    println!("{told}");
    assert!(run.status.success(), "{told}\n{}", String::from_utf8_lossy(&run.stderr));
}

//! `airtide log` as an operator runs it, beside a log that is in use.

mod docs;
mod read;
mod show;
mod state;
mod stats;
mod tail;
mod trace;

use std::path::Path;
use std::process::{Command, Output};

use eventstore::execute::Request;
use serde_json::Value;
use support::airtide;
use support::log::{TestLog, create, rename, tenant, to_workspace_of};

/// `airtide log` with arguments, on a database and with a folder of keys.
fn command_on(url: &str, keys: &Path, arguments: &[&str]) -> Command {
    let mut command = airtide::command(&[["log"].as_slice(), arguments].concat());
    command.env("DATABASE_URL", url).env("AIRTIDE__KEYS__DIR", keys);
    command
}

fn command(log: &TestLog, arguments: &[&str]) -> Command {
    command_on(&log.url, log.keys_dir(), arguments)
}

/// What it printed, for whoever knows that it goes well.
#[track_caller]
fn printed(log: &TestLog, arguments: &[&str]) -> String {
    text_of(command(log, arguments).output().unwrap())
}

#[track_caller]
fn text_of(output: Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn json(log: &TestLog, arguments: &[&str]) -> Value {
    let text = printed(log, &[arguments, &["--output", "json"]].concat());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

fn exit_code(log: &TestLog, arguments: &[&str]) -> Option<i32> {
    command(log, arguments).output().unwrap().status.code()
}

/// Two tenants, each with workspaces `one` and `two`; `one` is renamed. Six events, each in a batch of its own.
async fn six_events() -> TestLog {
    let log = TestLog::open().await;
    for name in ["acme", "globex"] {
        for (id, command) in [("one", create("One")), ("two", create("Two")), ("one", rename("Uno"))] {
            let request = Request::new(tenant(name), "usr_ana");
            let plan = to_workspace_of(&tenant(name), id, command);
            log.executor().execute(&request, plan).await.unwrap();
        }
    }
    log
}

#[tokio::test]
async fn what_is_not_there_is_told_from_what_goes_wrong() {
    let log = six_events().await;
    let missing: [&[&str]; 10] = [
        &["read", "--tenant", "nope"],
        &["read", "--stream", "workspace/three", "--output", "json"],
        &["read", "--stream", "workspace/one", "--tenant", "nope"],
        &["show", "99"],
        &["show", "0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"],
        &["show", "11111111-2222-4333-8444-555555555555"],
        &["state", "workspace", "three", "--tenant", "acme"],
        &["state", "workspace", "one", "--tenant", "acme", "--version", "99"],
        &["state", "painting", "one", "--tenant", "acme"],
        &["trace", "0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"],
    ];
    for arguments in missing {
        assert_eq!(exit_code(&log, arguments), Some(3), "{arguments:?}");
    }
    let misused: [&[&str]; 6] = [
        &["read", "--type", "workspace.painted"],
        &["read", "--stream", "one"],
        &["read", "--after", "-1"],
        &["read", "--since", "yesterday"],
        &["show", "seven"],
        &["state", "workspace", "one", "--tenant", "acme", "--version", "1", "--position", "1"],
    ];
    for arguments in misused {
        assert_eq!(exit_code(&log, arguments), Some(2), "{arguments:?}");
    }
    let mut away = command_on("postgres://127.0.0.1:1/none", log.keys_dir(), &["stats"]);
    assert_eq!(away.output().unwrap().status.code(), Some(5));
}

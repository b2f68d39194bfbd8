//! Whoever is erased is nowhere any more, whatever happens meanwhile and whatever is restored later.

mod canary;
mod docs;
mod killed;
mod restored;
mod tenant;

use std::process::{Command, Output};

use serde_json::Value;
use support::airtide;
use support::api::{Person, TestApi};

const REASON: &str = "they asked for it";

/// A command on the database of a served API, or on another with its keys.
fn command_on(url: &str, api: &TestApi, arguments: &[&str]) -> Command {
    let mut command = airtide::command(arguments);
    command.env("DATABASE_URL", url).env("AIRTIDE__KEYS__DIR", api.keys.path());
    command
}

fn erase(api: &TestApi, person: &Person) -> Command {
    let arguments = ["erase", "--subject", &person.user, "--reason", REASON, "--yes", "--output", "json"];
    command_on(&api.database_url, api, &arguments)
}

#[track_caller]
fn told(output: &Output, code: i32) -> Value {
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{talk}{}", String::from_utf8_lossy(&output.stdout));
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// What one of the places came to that begin like this: looked at and found.
fn place(told: &Value, name: &str) -> (i64, i64) {
    let places = told["places"].as_array().unwrap();
    let found = places.iter().find(|place| place["place"].as_str().unwrap().starts_with(name));
    let found = found.unwrap_or_else(|| panic!("no place {name} in {told}"));
    (found["looked_at"].as_i64().unwrap(), found["found"].as_i64().unwrap())
}

/// The lines of the ledger, and whom they name.
fn ledger(api: &TestApi) -> Vec<String> {
    let text = std::fs::read_to_string(api.keys.path().join("erasures.jsonl")).unwrap_or_default();
    let subject = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["subject"].as_str().unwrap().to_owned()
    };
    text.lines().map(subject).collect()
}

/// How the check of a kind came out: `doctor` or `check`.
fn finding(url: &str, api: &TestApi, command: &str, name: &str) -> Value {
    let output = command_on(url, api, &[command, "--output", "json"]).output().unwrap();
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    all.into_iter().find(|each| each["check"] == name).unwrap_or_else(|| panic!("no check {name}"))
}

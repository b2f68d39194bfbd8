//! `airtide base load`, on the database of a served API.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::airtide;
use crate::api::TestApi;

pub fn command(api: &TestApi, seed: &Path, workspace: &str) -> Command {
    let seed = seed.to_str().expect("a plain path");
    let arguments = ["base", "load", seed, "--workspace", workspace, "--output", "json"];
    let mut command = airtide::command(&arguments);
    command.env("DATABASE_URL", &api.database_url).env("AIRTIDE__KEYS__DIR", api.keys.path());
    command
}

pub fn try_load(api: &TestApi, seed: &Path, workspace: &str) -> Output {
    command(api, seed, workspace).output().expect("airtide runs")
}

/// What it prints.
pub fn load(api: &TestApi, seed: &Path, workspace: &str) -> Value {
    let output = try_load(api, seed, workspace);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one line of JSON")
}

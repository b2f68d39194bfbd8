//! An operator of the platform, who asks the served API with a token of `airtide ops token`.

use serde_json::Value;

use crate::airtide;
use crate::api::{Answer, Call, TestApi};

/// A token signed with the keys of the served API, with further arguments.
pub fn token(api: &TestApi, arguments: &[&str]) -> String {
    signed(api, &[["ops", "token"].as_slice(), arguments].concat())
}

/// What a command prints that signs with the keys of the served API.
pub fn signed(api: &TestApi, arguments: &[&str]) -> String {
    let mut command = airtide::command(arguments);
    let output = command.env("AIRTIDE__KEYS__DIR", api.keys.path()).output().expect("airtide runs");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{talk}");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

pub struct Operator<'a> {
    api: &'a TestApi,
    pub token: String,
}

impl<'a> Operator<'a> {
    pub fn of(api: &'a TestApi) -> Self {
        Self { api, token: token(api, &["--name", "ana"]) }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.api.get(path).bearer(&self.token).send()
    }

    pub fn post(&self, path: &str, body: Value) -> Call<'a> {
        self.api.post(path, body).bearer(&self.token)
    }
}

//! `airtide ops token`: signed with the keys of the machine, for an hour at most, and good for nothing but operations.

use std::process::Output;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use support::airtide;
use support::api::TestApi;
use support::operator::{self, Operator};

fn run(api: &TestApi, arguments: &[&str]) -> Output {
    let mut command = airtide::command(&[["ops", "token"].as_slice(), arguments].concat());
    command.env("AIRTIDE__KEYS__DIR", api.keys.path()).output().unwrap()
}

/// It needs the folder of keys and no database; whoever has it may ask, under its name.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_the_keys_is_an_operator_for_as_long_as_asked_for() {
    let api = TestApi::shared().await;
    let output = run(&api, &["--name", "ana", "--for", "10m", "--output", "json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["name"], "ana");
    let expires_at: Timestamp = told["expires_at"].as_str().unwrap().parse().unwrap();
    let left = expires_at.duration_since(Timestamp::now());
    assert!(left > SignedDuration::from_mins(9) && left <= SignedDuration::from_mins(10), "{left}");
    api.get("/v1/ops/alarms").bearer(told["token"].as_str().unwrap()).send().expect(200);

    let plain = run(&api, &["--name", "ana"]);
    let text = String::from_utf8(plain.stdout).unwrap();
    assert_eq!(text.lines().count(), 1, "the token alone: {text}");
    assert!(String::from_utf8_lossy(&plain.stderr).contains("for ana until"));
}

/// The name of the login is the one that acts are recorded under, unless another is given.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_name_it_is_the_login_name() {
    let api = TestApi::shared().await;
    let named = |variables: &[(&str, &str)]| {
        let mut command = airtide::command(&["ops", "token", "--output", "json"]);
        for name in ["SUDO_USER", "USER", "LOGNAME"] {
            command.env_remove(name);
        }
        let command = command.env("AIRTIDE__KEYS__DIR", api.keys.path()).envs(variables.iter().copied());
        command.output().unwrap()
    };
    let told: Value = serde_json::from_slice(&named(&[("USER", "ben")]).stdout).unwrap();
    assert_eq!(told["name"], "ben");
    assert_eq!(named(&[]).status.code(), Some(2), "nobody in particular is no operator");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_misuse_and_missing_keys_are_named() {
    let api = TestApi::start().await;
    for arguments in [
        ["--for", "61m"].as_slice(),
        &["--for", "2h"],
        &["--for", "0s"],
        &["--for", "soon"],
        &["--name", "ana b"],
        &["--name", ""],
    ] {
        let output = run(&api, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    let nowhere = tempfile::tempdir().unwrap();
    let mut command = airtide::command(&["ops", "token", "--name", "ana"]);
    let output = command.env("AIRTIDE__KEYS__DIR", nowhere.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("token-signing.key is missing"));
}

/// Either kind of token is refused where the other belongs, and one of other keys is refused everywhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_operations_is_none_of_a_session_and_the_other_way_round() {
    let (api, other) = (TestApi::shared().await, TestApi::start().await);
    let (ana, operator) = (api.person(), Operator::of(&api));
    api.get("/auth/verify").bearer(&operator.token).send().expect(401);
    api.get("/v1/workspaces").bearer(&operator.token).send().expect(401);
    api.get("/v1/events").bearer(&operator.token).send().expect(401);
    let refused = api.get("/v1/ops/alarms").by(&ana).send().expect(403);
    assert_eq!(refused.text("/code"), "forbidden");
    let foreign = operator::token(&other, &["--name", "ana"]);
    let nobody = api.get("/v1/ops/alarms").bearer(&foreign).send().expect(401);
    assert_eq!(nobody.header("www-authenticate"), Some("Bearer"));
    let keys = api.get("/.well-known/jwks.json").send().expect(200);
    assert_eq!(keys.at("/keys").as_array().unwrap().len(), 1, "nobody else is to verify tokens of operators");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_has_ended_lets_nobody_in() {
    let api = TestApi::shared().await;
    let token = operator::token(&api, &["--name", "ana", "--for", "1s"]);
    // What is good until a second is good for a few more: clocks differ.
    let ends = || api.get("/v1/ops/alarms").bearer(&token).status() == 401;
    support::wait::until("the token ends", std::time::Duration::from_secs(20), ends);
}

//! What `check` and `doctor` say where a log has just arrived: what is not made yet, and what did not travel.

use std::fs;

use serde_json::Value;
use support::transfer::{Empty, Place, export_to};

use super::used_log;

fn told(empty: &Empty, command: &str) -> (Option<i32>, Vec<Value>) {
    let output = empty.run(&[command, "--output", "json"]);
    let told = serde_json::from_slice(&output.stdout);
    (output.status.code(), told.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr))))
}

fn of<'a>(told: &'a [Value], check: &str) -> &'a Value {
    told.iter().find(|each| each["check"] == check).unwrap_or_else(|| panic!("no {check} in {told:?}"))
}

#[tokio::test]
async fn read_models_are_said_to_be_not_made_yet_and_not_to_be_sound() {
    let (log, _) = used_log().await;
    let (place, empty) = (Place::default(), Empty::new().await);
    export_to(&place, &log.url, log.keys_dir()).await;
    empty.import_from(&place).await.unwrap();
    let (code, checked) = told(&empty, "check");
    assert_eq!(code, Some(0));
    for each in &checked {
        let is_of_read_model = each["check"].as_str().unwrap().ends_with("a fold of the log");
        let says_so = each["not_yet"].as_str().is_some_and(|why| why.starts_with("not made yet"));
        assert_eq!(says_so, is_of_read_model, "{each}");
    }
    let (_, found) = told(&empty, "doctor");
    assert_eq!(of(&found, "read models")["state"], "warn");
    assert_eq!(of(&found, "keys")["state"], "ok");
}

#[tokio::test]
async fn a_copy_without_secrets_is_told_from_one_whose_keys_were_lost() {
    let (log, _) = used_log().await;
    let (place, copy, moved) = (Place::default(), Empty::new().await, Empty::new().await);
    export_to(&place, &log.url, log.keys_dir()).await;
    copy.import_with(&place, |options| options.secrets = None).await.unwrap();
    let (code, checked) = told(&copy, "check");
    assert_eq!(code, Some(0));
    let not_made = of(&checked, "read models equal a fold of the log");
    assert!(not_made["not_yet"].as_str().unwrap().contains("without its secrets"), "{not_made}");
    assert_ne!(of(&checked, "positions, versions and chain")["counted"], 0);
    let (code, found) = told(&copy, "doctor");
    let keys = of(&found, "keys");
    assert_eq!((code, &keys["state"]), (Some(0), &Value::from("warn")), "{found:?}");
    assert!(keys["fix"].as_str().unwrap().contains("log import"), "{keys}");

    moved.import_from(&place).await.unwrap();
    fs::remove_file(moved.keys.path().join("key-encryption-1.key")).unwrap();
    let (code, found) = told(&moved, "doctor");
    assert_eq!((code, &of(&found, "keys")["state"]), (Some(10), &Value::from("fail")));
    assert_eq!(moved.run(&["check"]).status.code(), Some(1));
}

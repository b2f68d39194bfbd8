//! What an operator does is written down before it is done and after: by whom, why, and what came of it.

use domain::operations::operation::{Act, Outcome};
use eventstore::operations::{Came, Operations, new_id};
use serde_json::Value;
use support::log::TestLog;
use support::transfer::command_on;

#[tokio::test]
async fn an_act_is_two_events_that_name_its_actor_and_its_reason() {
    let log = TestLog::open().await;
    let operations = Operations::by(log.executor(), "operator:ana");
    let id = new_id().unwrap();

    let begun = operations.begin(&id, Act::RetryWork, "worker=send_mail", "it is back").await.unwrap();
    let came = Came { outcome: Outcome::Done, count: 7, detail: String::new() };
    let ended = operations.end(&id, came).await.unwrap();
    assert_eq!(ended.position, begun.position + 1);

    let state = operations.state(&id).await.unwrap();
    assert_eq!(state.begun().unwrap().reason, "it is back");
    assert_eq!(state.ended().unwrap().count, 7);
    let meta: String = sqlx::query_scalar("select meta::text from events where type = 'operation' limit 1")
        .fetch_one(&mut support::database::superuser(&log.url).await)
        .await
        .unwrap();
    assert!(meta.contains(r#""actor":"operator:ana""#), "{meta}");
}

#[tokio::test]
async fn one_that_was_cut_short_is_taken_up_under_its_id() {
    let log = TestLog::open().await;
    let operations = Operations::by(log.executor(), "operator:ana");
    let id = new_id().unwrap();

    let first = operations.begin(&id, Act::RetryWork, "worker=send_mail", "it is back").await.unwrap();
    let again = operations.begin(&id, Act::RetryWork, "worker=send_mail", "it is back").await.unwrap();
    assert_eq!((first.event_ids.len(), again.event_ids.len()), (1, 0));

    let another = operations.begin(&id, Act::DiscardWork, "worker=send_mail", "it is back").await;
    assert!(another.unwrap_err().to_string().contains("cannot be written down"));
}

/// Its beginning and its end are commands of their own, and one trace shows both.
#[tokio::test]
async fn beginning_and_end_are_found_together() {
    let log = TestLog::open().await;
    let operations = Operations::by(log.executor(), "operator:ana");
    for _ in 0..2 {
        let id = new_id().unwrap();
        operations.begin(&id, Act::RetryWork, "worker=send_mail", "it is back").await.unwrap();
        let came = Came { outcome: Outcome::Done, count: 7, detail: String::new() };
        operations.end(&id, came).await.unwrap();
    }
    let begun = log.log.reader().between(1, 1).await.unwrap().remove(0);
    let correlation = begun.meta().unwrap().correlation_id().to_string();
    let arguments = ["log", "trace", &correlation, "--output", "json"];
    let output = command_on(&log.url, log.keys_dir(), &arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let trace: Value = serde_json::from_slice(&output.stdout).unwrap();
    let commands = trace["commands"].as_array().unwrap();
    let types: Vec<&Value> = commands.iter().map(|command| &command["events"][0]["type"]).collect();
    assert_eq!(types, ["operation.begun", "operation.ended"]);
}

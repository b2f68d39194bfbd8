//! A caller's trace goes on: out with the answer and into the events that the request causes.

use serde_json::json;
use sqlx::Row;
use support::api::TestApi;
use support::database;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test(flavor = "multi_thread")]
async fn the_trace_of_a_request_is_in_its_answer_and_in_its_events() {
    let api = TestApi::shared().await;
    let person = api.person();
    let sent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let call = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&person);
    let answer = call.header("traceparent", &sent).send().expect(201);

    let answered = answer.header("traceparent").expect("a trace").to_owned();
    assert!(answered.starts_with(&format!("00-{TRACE}-")), "{answered}");
    assert_ne!(answered, sent, "the span is the server's own");

    let mut reader = database::superuser(&api.database_url).await;
    let text = "select meta->>'traceparent' from events where event_type = 'workspace.created' order by position desc";
    let row = sqlx::query(text).fetch_one(&mut reader).await.expect("the event");
    assert_eq!(row.get::<String, _>(0), answered);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_that_is_none_begins_anew() {
    let api = TestApi::shared().await;
    for bad in ["00-xyz", &format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32))] {
        let answer = api.get("/health/live").header("traceparent", bad).send();
        let answered = answer.header("traceparent").expect("a trace");
        assert_eq!(answered.len(), 55);
        assert_ne!(answered, bad);
    }
}

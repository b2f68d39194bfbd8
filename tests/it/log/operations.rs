//! What an operator does is written down before it is done and after: by whom, why, and what came of it.

use domain::operations::operation::{Act, Outcome};
use eventstore::operations::{Came, Operations, new_id};
use support::log::TestLog;

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

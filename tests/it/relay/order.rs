//! Everything that is in the log comes to the broker, once and in order, and can be read there as it lies in Postgres.

use eventstore::broker::subject;
use eventstore::execute::Request;
use support::broker::{self, all_relayed, assert_stream_equals_the_log, relay};
use support::log::{TestLog, command, create, rename, request, tenant, to_workspace_of, write_versions};

#[tokio::test]
async fn what_was_there_and_what_comes_is_one_sequence() {
    let (log, nats) = (TestLog::open().await, broker::start());
    write_versions(&log.executor(), "before", 1..=120).await;
    let running = relay(&log.log, &log.url, &nats);
    assert_eq!(all_relayed(&log.log, &running).await, 120);

    write_versions(&log.executor(), "meanwhile", 1..=80).await;
    let other = Request::new(tenant("globex"), "Zoë \"the\" \u{1F30A}");
    let plan = to_workspace_of(&tenant("globex"), "w-1_x", create("Grüße \"\\ \u{2028}\u{1F30A}"));
    log.executor().execute(&other, plan).await.unwrap();
    assert_eq!(all_relayed(&log.log, &running).await, 201);
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    running.stop().await;
}

#[tokio::test]
async fn a_relay_goes_on_where_the_one_before_it_ended() {
    let (log, nats) = (TestLog::open().await, broker::start());
    for round in 0..3 {
        let running = relay(&log.log, &log.url, &nats);
        write_versions(&log.executor(), "invoices", round * 20 + 1..=round * 20 + 20).await;
        // In the middle of its work, too.
        drop(running);
    }
    let running = relay(&log.log, &log.url, &nats);
    all_relayed(&log.log, &running).await;
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    assert_eq!(broker::generations(&log.url).await, 1);
    running.stop().await;
}

#[tokio::test]
async fn a_message_carries_its_trace_and_its_subject_can_be_filtered_by() {
    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    let traced = Request { traceparent: Some(TRACE.to_owned()), ..request() };
    command(&log.executor(), &traced, "orders", create("Orders")).await.unwrap();
    command(&log.executor(), &request(), "orders", rename("All orders")).await.unwrap();
    all_relayed(&log.log, &running).await;

    let client = broker::connected(&nats).await;
    let name = broker::newest_stream(&log.url).await;
    let stream = broker::stream(&client, &name).await;
    let first = stream.get_raw_message(1).await.unwrap();
    assert_eq!(first.headers.get("traceparent").unwrap().as_str(), TRACE);
    let created = &log.log.reader().between(1, 1).await.unwrap()[0];
    assert_eq!(first.subject.as_str(), subject(created));
    let renamed = stream.get_last_raw_message_by_subject("ev.workspace.renamed.*.acme.orders").await.unwrap();
    assert_eq!(renamed.sequence, 2);
    running.stop().await;
}

//! The stream is configured as wanted, whatever somebody does to it meanwhile.

use eventstore::alarms::Alarm;
use std::time::Duration;

use async_nats::jetstream::stream::Config;
use support::broker::{self, RETENTION, all_relayed, assert_stream_equals_the_log, relay};
use support::log::{TestLog, write_versions};
use support::wait;

const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn nobody_deletes_or_purges_what_was_relayed() {
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=10).await;
    all_relayed(&log.log, &running).await;
    let client = broker::connected(&nats).await;
    let stream = broker::stream(&client, &broker::newest_stream(&log.url).await).await;
    assert!(stream.purge().await.is_err());
    assert!(stream.delete_message(5).await.is_err());
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    running.stop().await;
}

#[tokio::test]
async fn a_change_behind_our_back_is_noticed_and_undone() {
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=10).await;
    all_relayed(&log.log, &running).await;
    let client = broker::connected(&nats).await;
    let name = broker::newest_stream(&log.url).await;
    let found = broker::stream(&client, &name).await.cached_info().config.clone();
    let changed = Config { max_age: Duration::from_secs(7200), max_messages: 1_000_000, ..found };
    client.context().update_stream(changed).await.unwrap();

    wait::until_true("the change is undone", SOON, async || {
        let config = broker::stream(&client, &name).await.cached_info().config.clone();
        config.max_age == RETENTION.max_age && config.max_messages == -1
    })
    .await;
    write_versions(&log.executor(), "w1", 11..=20).await;
    all_relayed(&log.log, &running).await;
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    running.stop().await;
}

#[tokio::test]
async fn a_stream_of_somebody_else_is_left_alone() {
    let (log, nats) = (TestLog::open().await, broker::start());
    let client = broker::connected(&nats).await;
    let theirs = Config { name: "THEIRS".into(), subjects: vec!["ev.>".into()], ..Default::default() };
    client.context().create_stream(theirs).await.unwrap();
    write_versions(&log.executor(), "w1", 1..=10).await;
    let running = relay(&log.log, &log.url, &nats);
    broker::alarm(&log.log, Alarm::RelayStalled, true).await;
    assert_eq!(broker::state(&client, "THEIRS").await.messages, 0);

    client.context().delete_stream("THEIRS").await.unwrap();
    all_relayed(&log.log, &running).await;
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    running.stop().await;
}

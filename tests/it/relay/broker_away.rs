//! The broker is killed, stands still, or loses everything it had: the relay waits, and fills it again.

use eventstore::alarms::Alarm;
use std::time::Duration;

use support::broker::{self, all_relayed, assert_stream_equals_the_log, relay};
use support::log::{TestLog, write_versions};
use support::processes::Frozen;
use support::wait;

#[tokio::test]
async fn a_server_killed_under_load_gets_the_rest_when_it_comes_back() {
    let (log, mut nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    for round in 0..3 {
        let executor = log.executor();
        let id = format!("w{round}");
        let writing = tokio::spawn(async move { write_versions(&executor, &id, 1..=100).await });
        broker::relayed(&running, round * 100 + 10).await;
        nats.kill();
        writing.await.unwrap();
        nats.start_again().unwrap();
        all_relayed(&log.log, &running).await;
    }
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    assert_eq!(broker::generations(&log.url).await, 1);
    running.stop().await;
}

#[tokio::test]
async fn a_log_that_begins_without_a_broker_is_relayed_when_there_is_one() {
    let (log, mut nats) = (TestLog::open().await, broker::start());
    nats.kill();
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=20).await;
    nats.start_again().unwrap();
    assert_eq!(all_relayed(&log.log, &running).await, 20);
    running.stop().await;
}

#[tokio::test]
async fn a_server_that_stands_still_holds_up_nothing_else_and_raises_an_alarm() {
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=10).await;
    all_relayed(&log.log, &running).await;
    let frozen = Frozen::family(nats.pid());
    write_versions(&log.executor(), "w1", 11..=20).await;
    broker::alarm(&log.log, Alarm::RelayStalled, true).await;

    drop(frozen);
    all_relayed(&log.log, &running).await;
    broker::alarm(&log.log, Alarm::RelayStalled, false).await;
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    running.stop().await;
}

#[tokio::test]
async fn a_server_that_lost_its_data_gets_the_next_generation_with_everything() {
    let (log, mut nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=100).await;
    all_relayed(&log.log, &running).await;
    let first = broker::newest_stream(&log.url).await;
    nats.kill();
    broker::delete_data(&nats);
    nats.start_again().unwrap();

    // Nothing new has to come for the loss to be noticed.
    wait::until_true("the next generation", Duration::from_secs(20), async || {
        broker::newest_stream(&log.url).await != first
    })
    .await;
    write_versions(&log.executor(), "w1", 101..=110).await;
    all_relayed(&log.log, &running).await;
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    assert_eq!(broker::generations(&log.url).await, 2);
    running.stop().await;
}

#[tokio::test]
async fn a_stream_that_is_deleted_is_followed_by_the_next_generation() {
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=10).await;
    all_relayed(&log.log, &running).await;
    let client = broker::connected(&nats).await;
    client.context().delete_stream(broker::newest_stream(&log.url).await).await.unwrap();
    write_versions(&log.executor(), "w1", 11..=20).await;
    all_relayed(&log.log, &running).await;
    wait::until_true("the next generation", Duration::from_secs(20), async || {
        broker::generations(&log.url).await == 2
    })
    .await;
    all_relayed(&log.log, &running).await;
    let name = broker::newest_stream(&log.url).await;
    wait::until_true("everything is there again", Duration::from_secs(20), async || {
        broker::state(&client, &name).await.messages == 20
    })
    .await;
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    running.stop().await;
}

//! A stream that is no copy of the log is left as it is: the relay stops and raises an alarm.

use eventstore::alarms::Alarm;
use std::time::Duration;

use async_nats::HeaderMap;
use eventstore::incarnation;
use sqlx::Executor;
use support::broker::{self, all_relayed, assert_stream_equals_the_log, relay};
use support::log::{TestLog, write_two, write_versions};
use support::{database, wait};

const SOON: Duration = Duration::from_secs(20);

/// As a backup from before position 6 would leave it.
const RESTORED_OLDER: &str = "
    delete from events where position > 5;
    delete from streams where stream_no > 5;
    delete from log_batches where last_position > 5";

/// A log of ten events, relayed; then its database is restored to the first five.
async fn restored_older() -> (TestLog, server::dev::nats::PrivateNats) {
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=5).await;
    write_versions(&log.executor(), "w2", 1..=5).await;
    all_relayed(&log.log, &running).await;
    running.stop().await;
    database::superuser(&log.url).await.execute(RESTORED_OLDER).await.unwrap();
    (log, nats)
}

async fn messages(log: &TestLog, nats: &server::dev::nats::PrivateNats) -> u64 {
    let client = broker::connected(nats).await;
    broker::state(&client, &broker::newest_stream(&log.url).await).await.messages
}

#[tokio::test]
async fn a_stream_ahead_of_a_restored_log_stops_the_relay() {
    let (log, nats) = restored_older().await;
    let restored = TestLog::open_with(&log.url, log.keys_dir()).await;
    let running = relay(&restored.log, &log.url, &nats);
    broker::alarm(&restored.log, Alarm::RelayFork, true).await;
    assert_eq!(messages(&log, &nats).await, 10);
    running.stop().await;
    restored.close().await;
}

#[tokio::test]
async fn a_restored_log_that_was_written_on_is_known_by_its_events() {
    let (log, nats) = restored_older().await;
    let restored = TestLog::open_with(&log.url, log.keys_dir()).await;
    write_versions(&restored.executor(), "w3", 1..=15).await;
    let running = relay(&restored.log, &log.url, &nats);
    broker::alarm(&restored.log, Alarm::RelayFork, true).await;
    write_versions(&restored.executor(), "w3", 16..=20).await;
    wait::let_pass(Duration::from_secs(3)).await;
    assert_eq!(messages(&log, &nats).await, 10, "nothing is published on a fork");
    running.stop().await;
    restored.close().await;
}

#[tokio::test]
async fn a_new_incarnation_is_the_way_out_and_the_forked_stream_is_kept() {
    let (log, nats) = restored_older().await;
    let forked = broker::newest_stream(&log.url).await;
    let restored = TestLog::open_with(&log.url, log.keys_dir()).await;
    write_versions(&restored.executor(), "w3", 1..=15).await;
    let running = relay(&restored.log, &log.url, &nats);
    broker::alarm(&restored.log, Alarm::RelayFork, true).await;

    incarnation::begin(&log.url, "the backup is older than the stream").await.unwrap();
    broker::alarm(&restored.log, Alarm::RelayFork, false).await;
    write_versions(&restored.executor(), "w3", 16..=20).await;
    wait::until_true("another stream", SOON, async || broker::newest_stream(&log.url).await != forked).await;
    all_relayed(&restored.log, &running).await;
    assert_stream_equals_the_log(&restored.log, &log.url, &nats, 0).await;
    assert_eq!(restored.verify().await, 26);
    let client = broker::connected(&nats).await;
    assert_eq!(broker::state(&client, &forked).await.messages, 10);
    running.stop().await;
    restored.close().await;
}

#[tokio::test]
async fn a_relay_at_work_notices_that_the_log_was_put_back() {
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=5).await;
    write_versions(&log.executor(), "w2", 1..=5).await;
    all_relayed(&log.log, &running).await;
    database::superuser(&log.url).await.execute(RESTORED_OLDER).await.unwrap();
    broker::alarm(&log.log, Alarm::RelayFork, true).await;
    running.stop().await;
}

#[tokio::test]
async fn a_message_that_no_relay_published_stops_it_until_the_stream_is_removed() {
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=10).await;
    all_relayed(&log.log, &running).await;
    let client = broker::connected(&nats).await;
    let mut headers = HeaderMap::new();
    headers.insert("Airtide-Position", "11");
    let forged = client.context().publish_with_headers("ev.a.b.0.acme.c", headers, "{}".into()).await;
    assert_eq!(forged.unwrap().await.unwrap().sequence, 11);
    write_versions(&log.executor(), "w1", [11]).await;
    broker::alarm(&log.log, Alarm::RelayFork, true).await;
    write_versions(&log.executor(), "w1", 12..=20).await;
    assert_eq!(messages(&log, &nats).await, 11);

    client.context().delete_stream(broker::newest_stream(&log.url).await).await.unwrap();
    broker::alarm(&log.log, Alarm::RelayFork, false).await;
    wait::until_true("everything is relayed anew", SOON, async || {
        broker::generations(&log.url).await == 2 && messages(&log, &nats).await == 20
    })
    .await;
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    running.stop().await;
}

/// Those that are sent together lie behind it as they should, so that both ends of the stream are right.
#[tokio::test]
async fn a_message_that_no_relay_published_is_found_behind_which_others_were_sent_at_once() {
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=10).await;
    all_relayed(&log.log, &running).await;
    let client = broker::connected(&nats).await;
    let forged = client.context().publish("ev.a.b.0.acme.c", "{}".into()).await;
    assert_eq!(forged.unwrap().await.unwrap().sequence, 11);
    write_two(&log.executor()).await;
    broker::alarm(&log.log, Alarm::RelayFork, true).await;

    client.context().delete_stream(broker::newest_stream(&log.url).await).await.unwrap();
    broker::alarm(&log.log, Alarm::RelayFork, false).await;
    wait::until_true("everything is relayed anew", SOON, async || messages(&log, &nats).await == 12).await;
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    running.stop().await;
}

#[tokio::test]
async fn another_incarnation_begins_another_stream_and_the_old_one_stays() {
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=10).await;
    all_relayed(&log.log, &running).await;
    let old = broker::newest_stream(&log.url).await;
    let bump = "update log_batches set incarnation = gen_random_uuid()
                where last_position = (select max(last_position) from log_batches)";
    database::superuser(&log.url).await.execute(bump).await.unwrap();
    wait::until_true("another stream", SOON, async || broker::newest_stream(&log.url).await != old).await;

    write_versions(&log.executor(), "w1", 11..=20).await;
    let client = broker::connected(&nats).await;
    let new = broker::newest_stream(&log.url).await;
    wait::until_true("everything is relayed anew", SOON, async || {
        client.context().get_stream(&new).await.is_ok_and(|stream| stream.cached_info().state.messages == 20)
    })
    .await;
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    assert_eq!(broker::state(&client, &old).await.messages, 10);
    running.stop().await;
}

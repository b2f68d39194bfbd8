//! A private NATS server, relays on it, and the means to look at what they publish.

use std::time::Duration;

use async_nats::jetstream::consumer::pull::OrderedConfig;
use async_nats::jetstream::stream::{State, Stream};
use eventstore::Log;
use eventstore::alarms::Alarm;
use eventstore::broker::{Broker, Retention, connect, label, recorded};
use eventstore::event::Recorded;
use eventstore::relay::{Relay, RelayOptions, RunningRelay};
use futures_util::TryStreamExt;
use server::dev::nats::{NatsOptions, PrivateNats};

use crate::{database, wait};

/// Longest wait for the relay to carry what is in the log.
pub const RELAYED_WITHIN: Duration = Duration::from_secs(20);

pub const RETENTION: Retention =
    Retention { max_age: Duration::from_secs(3600), max_bytes: 256 * 1024 * 1024, replicas: 1 };

pub fn start() -> PrivateNats {
    PrivateNats::start(&NatsOptions::default()).expect("a private NATS server starts")
}

pub fn relay(log: &Log, database_url: &str, nats: &PrivateNats) -> RunningRelay {
    relay_to(log, database_url, nats.url_of("relay"))
}

pub fn relay_to(log: &Log, database_url: &str, nats_url: String) -> RunningRelay {
    Relay::start(RelayOptions {
        database_url: database_url.to_owned(),
        nats_url,
        retention: RETENTION,
        source: log.source(),
    })
    .expect("a relay starts")
}

/// Waits until the broker has acknowledged everything up to a position.
pub async fn relayed(relay: &RunningRelay, position: i64) {
    let mut reached = relay.reached();
    let waited = reached.wait_for(|reached| *reached >= position);
    let waited = tokio::time::timeout(RELAYED_WITHIN, waited).await;
    assert!(waited.is_ok_and(|waited| waited.is_ok()), "position {position} is not relayed in time");
}

/// Waits until everything in the log is relayed; says up to where.
pub async fn all_relayed(log: &Log, relay: &RunningRelay) -> i64 {
    let head = log.reader().head().await.expect("the log can be read");
    relayed(relay, head).await;
    head
}

/// As the operator, who may do everything with streams.
pub async fn connected(nats: &PrivateNats) -> Broker {
    connected_as(nats, "operator").await
}

pub async fn connected_as(nats: &PrivateNats, user: &str) -> Broker {
    connect(&nats.url_of(user), "test").await.expect("the server lets us in")
}

/// The stream that the newest generation of a log names.
pub async fn newest_stream(database_url: &str) -> String {
    stream_begun(database_url).await.expect("a stream was begun")
}

pub async fn stream_begun(database_url: &str) -> Option<String> {
    sqlx::query_scalar("select name from relay_streams order by begun_at desc, generation desc limit 1")
        .fetch_optional(&mut database::superuser(database_url).await)
        .await
        .expect("streams can be read")
}

pub async fn generations(database_url: &str) -> i64 {
    sqlx::query_scalar("select count(*) from relay_streams")
        .fetch_one(&mut database::superuser(database_url).await)
        .await
        .expect("streams can be counted")
}

pub async fn stream(broker: &Broker, name: &str) -> Stream {
    broker.context().get_stream(name).await.expect("the stream is there")
}

pub async fn state(broker: &Broker, name: &str) -> State {
    stream(broker, name).await.cached_info().state.clone()
}

/// Every message of a stream, read as an event; its header says the same position.
pub async fn events(broker: &Broker, name: &str) -> Vec<Recorded> {
    let stream = stream(broker, name).await;
    let count = stream.cached_info().state.messages as usize;
    let consumer = stream.create_consumer(OrderedConfig::default()).await.expect("a consumer");
    let mut messages = consumer.messages().await.expect("messages");
    let mut events = Vec::new();
    while events.len() < count {
        let next = tokio::time::timeout(RELAYED_WITHIN, messages.try_next()).await;
        let message = next.expect("a message in time").expect("a message").expect("a stream does not end");
        let headers = message.headers.as_ref().expect("headers");
        let event = recorded(&message.subject, headers, &message.payload).expect("an event");
        assert_eq!(label(headers).expect("a label").position, event.position);
        events.push(event);
    }
    events
}

/// The stream in use holds exactly what the log holds after `base`, in order, event by event.
pub async fn assert_stream_equals_the_log(log: &Log, database_url: &str, nats: &PrivateNats, base: i64) {
    let broker = connected(nats).await;
    let name = newest_stream(database_url).await;
    let head = log.reader().head().await.expect("the log can be read");
    let written = log.reader().between(base + 1, head).await.expect("events");
    assert_eq!(events(&broker, &name).await, written);
    let state = state(&broker, &name).await;
    assert_eq!((state.first_sequence, state.last_sequence), (1, (head - base) as u64));
}

/// Waits for an alarm of the relay, or for its end.
pub async fn alarm(log: &Log, alarm: Alarm, is_on: bool) {
    let what = format!("the alarm {} is {}", alarm.name(), if is_on { "on" } else { "off" });
    wait::until_true(&what, RELAYED_WITHIN, async || log.source().alarms().is_on(alarm, "relay") == is_on)
        .await;
}

/// Everything that a server which does not run had in JetStream.
pub fn delete_data(nats: &PrivateNats) {
    for entry in std::fs::read_dir(nats.data_dir()).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            std::fs::remove_dir_all(path).expect("the folder goes");
        }
    }
}

pub async fn consumers(broker: &Broker, name: &str) -> Vec<String> {
    stream(broker, name).await.consumer_names().try_collect().await.expect("names of consumers")
}

//! Relaying a backlog: events that wait in Postgres, until the broker has acknowledged the last of them.
//!
//! The floor publishes the same messages from memory: the same subjects, headers and bodies, pipelined in the same
//! window, under no condition and read from nowhere.

use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::Context;
use async_nats::jetstream::context::PublishAckFuture;
use eventstore::broker::{self, Retention, connect};
use eventstore::event::Recorded;
use eventstore::follow::Head;
use eventstore::relay::{Relay, RelayOptions};
use serde::Serialize;
use server::dev::nats::{NatsOptions, PrivateNats};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::Outcome;
use crate::append::executor;
use crate::cluster::{Cluster, Database};

/// How long the backlog is written for, and by how many.
const WRITTEN_FOR: Duration = Duration::from_secs(5);
const WRITERS: usize = 256;
const ROUNDS: usize = 3;
const WINDOW: usize = 1_024;
const PAGE: i64 = 1_000;
const RETENTION: Retention =
    Retention { max_age: Duration::from_secs(3_600), max_bytes: 4 * 1024 * 1024 * 1024, replicas: 1 };

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub events: i64,
    pub per_s: f64,
    pub ratio_to_floor: f64,
}

pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let database = cluster.fresh_database().await?;
    let log = database.open_log().await?;
    executor::measure(&log, WRITERS, WRITTEN_FOR).await?;
    let head = log.reader().end().await?;
    let (mut floors, mut relays) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        floors.push(floor(&log.reader(), head).await?);
        relays.push(relay(&database, &log, head).await?);
    }
    log.close().await;
    cluster.drop_database(database).await?;
    let (floor, relay) = (crate::median(floors), crate::median(relays));
    let line = |case, per_s| Line { case, events: head.position, per_s, ratio_to_floor: per_s / floor };
    Ok(vec![line("floor", floor), line("relay", relay)])
}

/// Events a second, on a broker of its own.
async fn relay(database: &Database, log: &eventstore::Log, head: Head) -> Outcome<f64> {
    let nats = PrivateNats::start(&NatsOptions::default())?;
    let begun = Instant::now();
    let running = Relay::start(RelayOptions {
        database_url: database.url.clone(),
        nats_url: nats.url_of("relay"),
        retention: RETENTION,
        source: log.source(),
    })?;
    running.reached().wait_for(|reached| *reached >= head.position).await?;
    let per_s = head.position as f64 / begun.elapsed().as_secs_f64();
    running.stop().await;
    Ok(per_s)
}

/// The same messages a second, from memory.
async fn floor(reader: &eventstore::read::Reader, head: Head) -> Outcome<f64> {
    let nats = PrivateNats::start(&NatsOptions::default())?;
    let messages = messages(reader, head).await?;
    let broker = connect(&nats.url_of("operator"), "bench").await?;
    broker.context().create_stream(broker::config("EV_floor", RETENTION)).await?;
    let begun = Instant::now();
    publish(broker.context(), messages).await?;
    Ok(head.position as f64 / begun.elapsed().as_secs_f64())
}

type Message = (String, HeaderMap, Vec<u8>);

async fn messages(reader: &eventstore::read::Reader, head: Head) -> Outcome<Vec<Message>> {
    let mut messages = Vec::new();
    let mut after = 0;
    while after < head.position {
        let events = reader.between(after + 1, after + PAGE).await?;
        for event in &events {
            messages.push(message(event, head)?);
        }
        after += PAGE;
    }
    Ok(messages)
}

fn message(event: &Recorded, head: Head) -> Outcome<Message> {
    let headers = broker::headers(event, head.incarnation)?;
    Ok((broker::subject(event), headers, event.payload_text.clone().into_bytes()))
}

async fn publish(context: &Context, messages: Vec<Message>) -> Outcome<()> {
    let (sent, mut awaited) = mpsc::channel::<PublishAckFuture>(WINDOW);
    let acknowledged = tokio::spawn(async move {
        while let Some(ack) = awaited.recv().await {
            ack.await?;
        }
        Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    });
    for (subject, headers, body) in messages {
        let ack = context.publish_with_headers(subject, headers, body.into()).await?;
        sent.send(ack).await?;
    }
    drop(sent);
    acknowledged.await?
}

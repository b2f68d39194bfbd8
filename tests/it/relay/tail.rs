//! Whoever follows the log gets its live end from the broker while that has it, and notices nothing when it has not.

use std::time::{Duration, Instant};

use eventstore::Log;
use eventstore::follow::Cursor;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use server::dev::nats::PrivateNats;
use sqlx::Executor;
use support::broker::{self, all_relayed, assert_stream_equals_the_log, delete_data, relay, relay_to};
use support::log::{TestLog, command, create, request, write_versions};
use support::processes::Frozen;
use support::projections::{assert_rows_equal_the_log, checkpoints_at_head, start};
use support::proxy::Proxy;
use support::random::Random;
use support::{database, wait};

const SOON: Duration = Duration::from_secs(20);
/// Who waited for the broker in vain leaves it alone for up to five seconds, and on a busy machine waits in vain again and again.
const TRUSTED_AGAIN_WITHIN: Duration = Duration::from_secs(60);
/// Without the broker an event takes no longer to come than this, generously.
const ANYWAY_WITHIN: Duration = Duration::from_secs(2);
const WRITERS: i64 = 8;

/// A log that reads its live end from the broker as a user who may only read.
async fn log_with_broker() -> (TestLog, PrivateNats) {
    let (mut log, nats) = (TestLog::open().await, broker::start());
    log.log.read_from_broker(nats.url_of("reader"));
    (log, nats)
}

/// Pages that came from the broker, and from Postgres.
fn pages(log: &Log) -> (u64, u64) {
    let mut registry = Registry::default();
    log.register_metrics(&mut registry);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    let count = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("airtide_log_{name}_total ")));
        line.unwrap_or_else(|| panic!("{name} in {text}")).parse().unwrap()
    };
    (count("pages_from_broker"), count("pages_from_database"))
}

/// Writes one event while somebody waits for it at the end of the log; nothing is missing, doubled or out of order.
async fn write_and_read(log: &Log, cursor: &mut Cursor, id: &str) -> Duration {
    let head = log.reader().head().await.unwrap();
    read_up_to(log, cursor, head).await;
    let begun = Instant::now();
    let (executor, request) = (log.executor(), request());
    let reading = read_up_to(log, cursor, head + 1);
    let ((), written) = tokio::join!(biased; reading, command(&executor, &request, id, create("Orders")));
    assert_eq!(written.unwrap().position, head + 1);
    begun.elapsed()
}

async fn read_up_to(log: &Log, cursor: &mut Cursor, last: i64) {
    while cursor.position() < last {
        let after = cursor.position();
        let page = tokio::time::timeout(SOON, cursor.next_page()).await.expect("a page in time").unwrap();
        assert_eq!(page.after, after);
        let written = log.reader().between(after + 1, page.up_to).await.unwrap();
        let read: Vec<_> = page.events.iter().map(|event| (**event).clone()).collect();
        assert_eq!(read, written);
    }
}

/// Writes on until pages come from the broker.
async fn comes_from_broker(log: &Log, cursor: &mut Cursor, prefix: &str) {
    let (before, _) = pages(log);
    let mut number = 0;
    wait::until_true("pages come from the broker", TRUSTED_AGAIN_WITHIN, async || {
        number += 1;
        write_and_read(log, cursor, &format!("{prefix}{number}")).await;
        pages(log).0 > before + 3
    })
    .await;
}

#[tokio::test]
async fn the_live_end_comes_from_the_broker_and_is_what_lies_in_the_log() {
    let (log, nats) = log_with_broker().await;
    write_versions(&log.executor(), "before", 1..=20).await;
    let running = relay(&log.log, &log.url, &nats);
    let mut cursor = log.log.source().after(5);
    comes_from_broker(&log.log, &mut cursor, "w").await;

    let executor = log.executor();
    let writing = tokio::spawn(async move { write_versions(&executor, "meanwhile", 1..=300).await });
    read_up_to(&log.log, &mut cursor, 300).await;
    writing.await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn nothing_is_late_or_missing_while_the_broker_is_away_and_it_is_used_again_after() {
    let (log, mut nats) = log_with_broker().await;
    let running = relay(&log.log, &log.url, &nats);
    let mut cursor = log.log.source().after(0);
    for round in 0..2 {
        comes_from_broker(&log.log, &mut cursor, &format!("with{round}-")).await;
        nats.kill();
        for number in 0..20 {
            let took = write_and_read(&log.log, &mut cursor, &format!("without{round}-{number}")).await;
            assert!(took < ANYWAY_WITHIN, "it took {took:?}");
        }
        if round == 1 {
            delete_data(&nats);
        }
        nats.start_again().unwrap();
    }
    comes_from_broker(&log.log, &mut cursor, "again").await;
    running.stop().await;
}

#[tokio::test]
async fn a_broker_that_stands_still_makes_nothing_late() {
    let (log, nats) = log_with_broker().await;
    let running = relay(&log.log, &log.url, &nats);
    let mut cursor = log.log.source().after(0);
    comes_from_broker(&log.log, &mut cursor, "before").await;
    let frozen = Frozen::family(nats.pid());
    for number in 0..50 {
        let took = write_and_read(&log.log, &mut cursor, &format!("frozen{number}")).await;
        assert!(took < ANYWAY_WITHIN, "it took {took:?}");
    }
    drop(frozen);
    comes_from_broker(&log.log, &mut cursor, "after").await;
    running.stop().await;
}

#[tokio::test]
async fn events_repeated_and_out_of_order_are_read_once_and_in_order() {
    let (mut log, nats) = (TestLog::open().await, broker::start());
    let proxy = Proxy::to_nats(nats.port()).await;
    let through = |url: String| url.replace(&format!(":{}", nats.port()), &format!(":{}", proxy.port()));
    log.log.read_from_broker(through(nats.url_of("reader")));
    let running = relay_to(&log.log, &log.url, through(nats.url_of("relay")));
    let mut cursor = log.log.source().after(0);
    comes_from_broker(&log.log, &mut cursor, "before").await;

    proxy.begin_disorder(Random::seeded(17));
    for round in 0..3 {
        let before = log.log.reader().head().await.unwrap();
        for writer in 0..WRITERS {
            let executor = log.executor();
            let id = format!("w{round}-{writer}");
            tokio::spawn(async move { write_versions(&executor, &id, 1..=50).await });
        }
        read_up_to(&log.log, &mut cursor, before + WRITERS * 50).await;
    }
    let disordered = proxy.end_disorder();
    all_relayed(&log.log, &running).await;
    assert!(disordered.repeated > 0 && disordered.swapped > 0, "{disordered:?}");
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    comes_from_broker(&log.log, &mut cursor, "after").await;
    running.stop().await;
}

#[tokio::test]
async fn a_consumer_that_is_gone_is_made_anew() {
    let (log, nats) = log_with_broker().await;
    let running = relay(&log.log, &log.url, &nats);
    let mut cursor = log.log.source().after(0);
    comes_from_broker(&log.log, &mut cursor, "before").await;
    let client = broker::connected(&nats).await;
    for name in broker::consumers(&client, &broker::newest_stream(&log.url).await).await {
        broker::stream(&client, &broker::newest_stream(&log.url).await)
            .await
            .delete_consumer(&name)
            .await
            .unwrap();
    }
    comes_from_broker(&log.log, &mut cursor, "after").await;
    running.stop().await;
}

#[tokio::test]
async fn a_stream_of_another_history_is_not_read() {
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=5).await;
    write_versions(&log.executor(), "w2", 1..=5).await;
    broker::all_relayed(&log.log, &running).await;
    running.stop().await;
    let older = "delete from events where position > 5; delete from streams where stream_no > 5;
                 delete from log_batches where last_position > 5";
    database::superuser(&log.url).await.execute(older).await.unwrap();

    let mut restored = TestLog::open_with(&log.url, log.keys_dir()).await;
    restored.log.read_from_broker(nats.url_of("reader"));
    let mut cursor = restored.log.source().after(0);
    for number in 0..30 {
        write_and_read(&restored.log, &mut cursor, &format!("other{number}")).await;
    }
    assert_eq!(pages(&restored.log).0, 0);
    restored.close().await;
}

#[tokio::test]
async fn read_models_equal_the_log_whatever_happens_to_the_broker() {
    let (log, mut nats) = log_with_broker().await;
    let running = relay(&log.log, &log.url, &nats);
    let projecting = start(&log.log, &log.url).await;
    for round in 0..3 {
        write_versions(&log.executor(), &format!("a{round}"), 1..=40).await;
        nats.kill();
        write_versions(&log.executor(), &format!("b{round}"), 1..=40).await;
        nats.start_again().unwrap();
        write_versions(&log.executor(), &format!("c{round}"), 1..=40).await;
    }
    checkpoints_at_head(&log.url, SOON).await;
    assert_rows_equal_the_log(&log.log, &log.url).await;
    projecting.stop().await;
    running.stop().await;
}

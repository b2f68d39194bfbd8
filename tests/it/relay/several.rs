//! Several relays at once, by accident or for safety, publish what one would have.

use support::broker::{self, all_relayed, assert_stream_equals_the_log, relay};
use support::log::{TestLog, write_versions};

#[tokio::test]
async fn two_relays_publish_what_one_would_and_either_goes_on_alone() {
    let (log, nats) = (TestLog::open().await, broker::start());
    let other = log.another_node().await;
    write_versions(&log.executor(), "before", 1..=50).await;
    let (first, second) = (relay(&log.log, &log.url, &nats), relay(&other, &log.url, &nats));
    write_versions(&log.executor(), "both", 1..=200).await;
    all_relayed(&log.log, &first).await;
    all_relayed(&log.log, &second).await;
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    assert_eq!(broker::generations(&log.url).await, 1);

    drop(first);
    write_versions(&log.executor(), "alone", 1..=50).await;
    all_relayed(&log.log, &second).await;
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
    second.stop().await;
    other.close().await;
}

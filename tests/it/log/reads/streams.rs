//! A stream is read in pages, oldest first.

use support::log::{TestLog, stream_of, write_versions};

fn versions(events: &[eventstore::event::Recorded]) -> Vec<i64> {
    events.iter().map(|event| event.version).collect()
}

#[tokio::test]
async fn a_stream_is_read_page_by_page() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=5).await;
    let reader = log.log.reader();
    let page = |after, limit| {
        let reader = reader.clone();
        async move { versions(&reader.stream(&stream_of("invoices"), after, limit).await.unwrap()) }
    };
    assert_eq!(page(0, 2).await, [1, 2]);
    assert_eq!(page(2, 2).await, [3, 4]);
    assert_eq!(page(4, 2).await, [5]);
    assert!(page(5, 2).await.is_empty());
}

#[tokio::test]
async fn a_stream_holds_none_of_its_neighbours_events() {
    let log = TestLog::open().await;
    let executor = log.executor();
    for count in 1..=3 {
        write_versions(&executor, "invoices", [count]).await;
        write_versions(&executor, "orders", [count]).await;
    }
    let reader = log.log.reader();
    let events = reader.stream(&stream_of("orders"), 0, 100).await.unwrap();
    assert_eq!(versions(&events), [1, 2, 3]);
    assert!(events.iter().all(|event| event.stream == stream_of("orders")));
    assert!(reader.stream(&stream_of("nothing"), 0, 100).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_event_is_found_by_its_version() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=2).await;
    let reader = log.log.reader();
    let second = reader.event_at(&stream_of("invoices"), 2).await.unwrap();
    assert_eq!(second.unwrap().event_type, "workspace.renamed");
    assert_eq!(reader.event_at(&stream_of("invoices"), 3).await.unwrap(), None);
}

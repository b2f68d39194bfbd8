//! What is sent again, when, and what is not.

use std::sync::Arc;
use std::time::Duration;

use domain::bases::ports::{Airtable, Connected, Fault, FoundRecord, Query, Trouble};
use domain::bases::table::Fields;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde_json::{Value, json};

use super::site::{Does, JumpingTime, Site, access, base, client, impatient, place};

fn found() -> Does {
    Does::json(200, &json!({ "records": [] }))
}

fn error(status: u16, kind: &str) -> Does {
    Does::json(status, &json!({ "error": { "type": kind } }))
}

fn retriable() -> Does {
    error(503, "RETRIABLE_ERROR")
}

fn limited() -> Does {
    error(429, "RATE_LIMIT_REACHED")
}

fn spent() -> Does {
    error(429, "PUBLIC_API_BILLING_LIMIT_EXCEEDED")
}

async fn list(connection: &Arc<dyn Connected>) -> Result<(), Fault> {
    connection.page(place(), &Query::default(), None).await.map(drop)
}

async fn create(connection: &Arc<dyn Connected>) -> Result<Vec<FoundRecord>, Fault> {
    connection.create(place(), &[Fields::new()], false).await
}

/// A connection and its time, to a site that does these things.
async fn connected(does: impl IntoIterator<Item = Does>) -> (Site, Arc<JumpingTime>, Arc<dyn Connected>) {
    let (site, time) = (Site::doing(does).await, JumpingTime::new());
    let connection = client(&site.root(), &time).connect(access(Duration::from_secs(120)));
    (site, time, connection)
}

#[tokio::test]
async fn reading_is_tried_again_whatever_went_wrong_on_the_way() {
    let gateway = Does::answer(502, "", b"<html>");
    let does = [Does::Cuts, error(500, "SERVER_ERROR"), gateway, retriable(), found()];
    let (site, time, connection) = connected(does).await;
    assert_eq!(list(&connection).await, Ok(()));
    assert_eq!(site.seen().len(), 5);
    let pauses = [250, 500, 1_000, 2_000].map(Duration::from_millis).iter().sum::<Duration>();
    assert_eq!(time.passed(), pauses, "half of bounds that double, as the chance is a half");
}

#[tokio::test]
async fn reading_is_not_tried_for_ever() {
    let (site, _, connection) = connected(vec![error(500, "SERVER_ERROR"); 10]).await;
    assert_eq!(list(&connection).await, Err(Fault::Unavailable(Trouble::Status(500))));
    assert_eq!(site.seen().len(), 5);
}

#[tokio::test]
async fn a_write_is_sent_again_only_where_nothing_was_done() {
    let done = Does::json(200, &json!({ "records": [] }));
    let gateway = Does::answer(502, "", b"<html>");
    let (site, _, connection) = connected([retriable(), gateway, limited(), done]).await;
    assert_eq!(create(&connection).await, Ok(vec![]));
    assert_eq!(site.seen().len(), 4);
}

#[tokio::test]
async fn a_write_that_may_have_been_done_is_not_sent_again() {
    let cut_answer = Does::Says(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"rec".to_vec());
    for (does, trouble) in [
        (Does::Cuts, Trouble::Broken),
        (cut_answer, Trouble::Broken),
        (error(500, "SERVER_ERROR"), Trouble::Status(500)),
        (Does::answer(503, "", b"<html>"), Trouble::Status(503)),
        (Does::answer(504, "", b""), Trouble::Status(504)),
    ] {
        let (site, _, connection) = connected([does, found()]).await;
        assert_eq!(create(&connection).await, Err(Fault::Ambiguous(trouble)));
        assert_eq!(site.seen().len(), 1, "{trouble}");
    }
}

#[tokio::test]
async fn a_write_without_an_answer_in_time_may_have_been_done() {
    let site = Site::doing([Does::Hangs]).await;
    let connection = impatient(&site.root(), 1_000).connect(access(Duration::from_secs(120)));
    assert_eq!(create(&connection).await, Err(Fault::Ambiguous(Trouble::TimedOut)));
    assert_eq!(site.seen().len(), 1);
}

#[tokio::test]
async fn where_no_connection_is_made_nothing_was_done() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let connection = client(&root, &JumpingTime::new()).connect(access(Duration::from_secs(120)));
    assert_eq!(create(&connection).await, Err(Fault::Unavailable(Trouble::NotConnected)));
}

#[tokio::test]
async fn after_too_many_requests_the_base_is_left_alone_for_thirty_seconds() {
    let (_site, time, connection) = connected([limited(), found()]).await;
    assert_eq!(list(&connection).await, Ok(()));
    let passed = time.passed();
    assert!(passed >= Duration::from_secs(30) && passed < Duration::from_secs(31), "{passed:?}");
}

#[tokio::test]
async fn airtable_may_ask_for_a_longer_pause_but_not_for_a_shorter_one() {
    for (asked_for, waited) in [("5", 30), ("45", 45)] {
        let body = br#"{"error":{"type":"RATE_LIMIT_REACHED"}}"#;
        let limited = Does::answer(429, &format!("retry-after: {asked_for}\r\n"), body);
        let (_site, time, connection) = connected([limited, found()]).await;
        assert_eq!(list(&connection).await, Ok(()));
        assert_eq!(time.passed().as_secs(), waited);
    }
}

#[tokio::test]
async fn what_is_safe_to_send_again_waits_as_long_as_it_is_asked_to() {
    let body = br#"{"error":{"type":"RETRIABLE_ERROR"}}"#;
    let (_site, time, connection) = connected([Does::answer(503, "retry-after: 7\r\n", body), found()]).await;
    assert_eq!(list(&connection).await, Ok(()));
    assert_eq!(time.passed(), Duration::from_secs(7));
}

#[tokio::test]
async fn who_has_less_patience_is_told_how_long_to_wait_and_the_next_one_too() {
    let site = Site::doing([limited(), found()]).await;
    let connection = client(&site.root(), &JumpingTime::new()).connect(access(Duration::from_secs(3)));
    for _ in 0..2 {
        let Err(Fault::Wait { retry_after }) = list(&connection).await else { panic!("it went on") };
        assert!(retry_after > Duration::from_secs(29) && retry_after <= Duration::from_secs(30));
    }
    assert_eq!(site.seen().len(), 1, "a base in penalty is not asked");
}

#[tokio::test]
async fn trap_4_the_two_kinds_of_429_are_told_apart() {
    let whoami = Does::json(200, &json!({ "id": "usr00000000000000" }));
    let tables = Does::json(200, &json!({ "tables": [] }));
    let (site, time, connection) = connected([spent(), whoami, tables]).await;
    for _ in 0..2 {
        assert_eq!(list(&connection).await, Err(Fault::QuotaSpent));
    }
    assert_eq!(site.seen().len(), 1, "waiting is useless and asking again is too");
    assert!(connection.whoami().await.is_ok() && connection.tables(base()).await.is_ok());
    assert!(time.passed() < Duration::from_secs(1));
}

#[tokio::test]
async fn a_refusal_is_final() {
    let (site, _, connection) = connected([error(422, "INVALID_REQUEST_UNKNOWN"), found()]).await;
    assert_eq!(list(&connection).await.unwrap_err().refused_as(), Some("INVALID_REQUEST_UNKNOWN"));
    assert_eq!(site.seen().len(), 1);
}

#[tokio::test]
async fn every_attempt_keeps_the_pace_and_is_counted() {
    let site = Site::doing([error(500, "SERVER_ERROR"), found(), found(), found()]).await;
    let time = JumpingTime::new();
    let client = client(&site.root(), &time);
    let access = access(Duration::from_secs(120));
    let sent = access.sent.clone();
    let connection = client.connect(access);
    for _ in 0..3 {
        list(&connection).await.unwrap();
    }
    assert_eq!((sent.take(), sent.take()), (4, 0));
    assert!(time.passed() >= Duration::from_secs_f64(3.0 / 4.5));
    let mut registry = Registry::default();
    client.inner.metrics.register(&mut registry);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    for line in [
        r#"airtable_requests_total{operation="list_records",outcome="ok"} 3"#,
        r#"airtable_requests_total{operation="list_records",outcome="unavailable"} 1"#,
        r#"airtable_request_seconds_count{operation="list_records"} 4"#,
        "airtable_throttle_wait_seconds_count 4",
    ] {
        assert!(text.contains(line), "{line} is not in:\n{text}");
    }
}

#[tokio::test]
async fn an_answer_without_words_is_refused_without_words() {
    let (_site, _, connection) = connected([Does::json(404, &Value::Null)]).await;
    assert_eq!(list(&connection).await.unwrap_err().to_string(), "refused: 404 : no message");
}

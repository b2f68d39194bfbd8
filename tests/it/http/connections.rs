//! A connection is kept while its client uses it, and cut off when its client holds it for nothing.

use std::time::Duration;

use support::api::TestApi;
use support::http::Connection;
use support::wait;

use super::process::Talking;

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_carries_many_requests() {
    let api = TestApi::shared().await;
    let mut connection = Connection::open(&api.url);
    for _ in 0..100 {
        assert_eq!(connection.get("/health/live").status, 200);
    }
    // Two requests in one breath are answered in order.
    connection.send("GET /health/live HTTP/1.1\r\nhost: a\r\n\r\nGET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(connection.answer().expect("the first answer").status, 200);
    assert_eq!(connection.answer().expect("the second answer").status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_nothing_or_half_a_request_is_cut_off() {
    let api = TestApi::start_with(&[("AIRTIDE__HTTP__HEAD_TIMEOUT_MS", "300")]).await;

    let silent = Connection::open(&api.url);
    assert_eq!(silent.closed(), "");

    let mut halfway = Connection::open(&api.url);
    halfway.send("GET /health/live HTTP/1.1\r\nhost: a\r\n");
    assert_eq!(halfway.closed(), "");

    // A byte now and then does not buy time.
    let mut dripping = Connection::open(&api.url);
    dripping.send("GET /health/live HTTP/1.1\r\nx: ");
    wait::until("the server cuts a dripping client off", PATIENCE, || !dripping.send("x"));

    // The second request of a connection has no more time than the first.
    let mut kept = Connection::open(&api.url);
    assert_eq!(kept.get("/health/live").status, 200);
    kept.send("GET /hea");
    assert_eq!(kept.closed(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_closed_after_its_time() {
    let api = TestApi::start_with(&[("AIRTIDE__HTTP__IDLE_TIMEOUT_MS", "300")]).await;
    let mut connection = Connection::open(&api.url);
    assert_eq!(connection.get("/health/live").status, 200);
    assert_eq!(connection.closed(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_takes_too_long_is_given_up() {
    let api = TestApi::start_with(&[("AIRTIDE__HTTP__REQUEST_TIMEOUT_MS", "300")]).await;
    let mut connection = Connection::open(&api.url);
    connection.send(
        "POST /auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    );
    let answer = connection.answer().expect("an answer without the rest of the body");
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("too_late")));
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn when_all_places_are_taken_the_next_waits_in_line() {
    let api = TestApi::start_with(&[("AIRTIDE__HTTP__CONNECTIONS_MAX", "2")]).await;
    let mut first = Connection::open(&api.url);
    let mut second = Connection::open(&api.url);
    assert_eq!((first.get("/health/live").status, second.get("/health/live").status), (200, 200));

    let mut third = Connection::open(&api.url);
    third.send("GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(first.get("/health/live").status, 200, "those inside are served");
    drop(first);
    assert_eq!(third.answer().expect("a place has become free").status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_take_all_places() {
    let api = TestApi::start_with(&[("AIRTIDE__HTTP__CONNECTIONS_PER_ADDRESS_MAX", "2")]).await;
    let mut first = Connection::open(&api.url);
    let mut second = Connection::open(&api.url);
    assert_eq!((first.get("/health/live").status, second.get("/health/live").status), (200, 200));

    let refused = Connection::open(&api.url).answer().expect("an answer to those turned away");
    assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("too_many_connections")));

    drop(first);
    wait::until("the place is given back", PATIENCE, || {
        let mut next = Connection::open(&api.url);
        next.send("GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n");
        next.answer().is_some_and(|answer| answer.status == 200)
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_has_no_files_left_accepts_again_when_it_has() {
    const FILES_MAX: usize = 128;
    let server = Talking::start_with_files(FILES_MAX).await;
    let url = server.url();
    let held: Vec<Connection> = (0..FILES_MAX).map(|_| Connection::open(&url)).collect();
    server.told("cannot accept connections");
    drop(held);
    assert_eq!(Connection::open(&url).get("/health/live").status, 200);
    server.stop();
}

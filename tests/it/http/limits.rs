//! What is too much is refused before anybody looks at it.

use support::api::TestApi;
use support::http::{self, Connection};

#[tokio::test(flavor = "multi_thread")]
async fn urls_and_headers_have_limits() {
    let api = TestApi::shared().await;
    let url = &api.url;

    let long = http::get(url, &format!("/health/live?{}", "x".repeat(8 * 1024)));
    assert_eq!((long.status, long.json()["code"].as_str()), (414, Some("url_too_long")));

    let many: Vec<String> = (0..70).map(|number| format!("x-{number}: 1")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let answer = http::request("GET", url, "/health/live", &many);
    assert_eq!((answer.status, answer.json()["code"].as_str()), (431, Some("headers_too_large")));

    let large = format!("x-large: {}", "x".repeat(17 * 1024));
    assert_eq!(http::request("GET", url, "/health/live", &[&large]).status, 431);

    // More than the listener keeps in memory: a bare answer, or none.
    let mut connection = Connection::open(url);
    connection.send(&format!("GET / HTTP/1.1\r\nhost: a\r\nx-huge: {}\r\n\r\n", "x".repeat(200 * 1024)));
    assert!(connection.answer().is_none_or(|answer| answer.status == 431));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_credentials_are_none() {
    let api = TestApi::shared().await;
    let person = api.person();
    let bearer = format!("authorization: Bearer {}", person.token);

    assert_eq!(http::request("GET", &api.url, "/auth/verify", &[&bearer]).status, 200);
    let twice = http::request("GET", &api.url, "/auth/verify", &[&bearer, &bearer]);
    assert_eq!((twice.status, twice.json()["code"].as_str()), (400, Some("duplicate_authorization")));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_lengths_of_one_body_end_the_connection() {
    let api = TestApi::shared().await;
    let mut connection = Connection::open(&api.url);
    connection
        .send("POST /auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}");
    assert!(connection.closed().starts_with("HTTP/1.1 400"));

    // A length beside chunks: whatever is behind the body must not be taken for a request.
    let mut connection = Connection::open(&api.url);
    connection.send(
        "POST /auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 6\r\n\
         transfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nhost: a\r\n\r\n",
    );
    let said = connection.closed();
    assert!(said.starts_with("HTTP/1.1 400") && said.matches("HTTP/1.1").count() == 1, "{said}");
}

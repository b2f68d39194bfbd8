//! What a log line never holds, at the most talkative setting there is; and that each line of a request carries its id.

use serde_json::Value;
use support::http::{self, Connection};

use super::process::Talking;

const SECRETS: [&str; 4] = ["canary-password", "canary-token", "canary-cookie", "canary-query"];

#[tokio::test(flavor = "multi_thread")]
async fn no_line_holds_a_credential_a_cookie_a_query_or_a_body() {
    let server = Talking::start(&[("AIRTIDE__LOG__FORMAT", "json"), ("AIRTIDE__LOG__FILTER", "trace")]).await;
    let url = server.url();
    let body = r#"{"identifier":"nobody","password":"canary-password"}"#;
    let mut connection = Connection::open(&url);
    connection.send(&format!(
        "POST /auth/login?x=canary-query HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
         authorization: Bearer canary-token\r\ncookie: session=canary-cookie\r\nx-request-id: request-0001\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    ));
    assert_eq!(connection.answer().expect("an answer").status, 401);
    assert_eq!(
        http::request("GET", &url, "/auth/verify", &["authorization: Bearer canary-token"]).status,
        401
    );

    let lines = server.stop();
    for line in &lines {
        for secret in SECRETS {
            assert!(!line.contains(secret), "{line}");
        }
    }
    let of_request = lines.iter().filter(|line| line.contains("request-0001"));
    let told: Vec<Value> =
        of_request.map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let answered =
        told.iter().find(|line| line["fields"]["message"] == "answered").expect("a line about the answer");
    assert_eq!(answered["span"]["id"], "request-0001");
    assert_eq!(answered["span"]["route"], "/auth/login");
    assert_eq!(answered["fields"]["status"], 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_a_request_begins_a_line_or_colours_one() {
    let server = Talking::start(&[("AIRTIDE__LOG__FORMAT", "text"), ("AIRTIDE__LOG__FILTER", "trace")]).await;
    let url = server.url();
    let forged = "%0d%0a2026-01-01T00:00:00Z%20INFO%20forged-line%1b%5b31m";
    let body = r#"{"identifier":"ana\r\nforged-line\u001b[31mred","password":"x"}"#;
    let mut connection = Connection::open(&url);
    connection.send(&format!(
        "POST /auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
         user-agent: x\\r\\nforged-line\\x1b[31m\r\nx-request-id: a\\nforged-line\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ));
    assert!(connection.answer().is_some_and(|answer| answer.status < 500));
    for path in [format!("/{forged}"), format!("/v1/workspaces/{forged}"), format!("/health?x={forged}")] {
        assert!(http::request("GET", &url, &path, &["authorization: Bearer a\tb"]).status < 500);
    }
    for line in server.stop() {
        assert!(!line.starts_with("forged-line") && !line.contains(" INFO forged-line"), "{line}");
        assert!(!line.contains("\u{1b}[31m"), "{line:?}");
    }
}

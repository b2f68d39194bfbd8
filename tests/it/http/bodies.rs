//! A body is taken when it is JSON of the right shape and size; everything else is refused in one form, with a pointer
//! to what is wrong.

use serde_json::json;
use support::api::{Answer, TestApi};
use support::http::Connection;

const BODY_BYTES_MAX: usize = 1024 * 1024;

fn sent(api: &TestApi, body: &str) -> Answer {
    api.call("POST", "/auth/login").body(body, "application/json").send()
}

#[track_caller]
fn is_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.text("/code"), code);
    assert_eq!(answer.at("/status"), json!(status));
    assert_eq!(answer.text("/instance"), answer.header("x-request-id").unwrap());
    assert_eq!(answer.text("/type"), format!("/docs#problem-{code}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_malformed_and_what_makes_no_sense_is_invalid() {
    let api = TestApi::shared().await;

    is_problem(&sent(&api, "{\"identifier\":"), 400, "malformed_json");
    is_problem(&sent(&api, ""), 400, "malformed_json");
    is_problem(&sent(&api, &format!("{}{}", "[".repeat(65), "]".repeat(65))), 400, "json_too_deep");

    let twice = sent(&api, r#"{"identifier":"a","identifier":"b","password":"c"}"#);
    is_problem(&twice, 400, "duplicate_key");
    assert_eq!(twice.text("/errors/0/pointer"), "/identifier");

    let unknown = sent(&api, r#"{"identifier":"a","password":"c","is_admin":true}"#);
    is_problem(&unknown, 422, "invalid");
    assert_eq!(unknown.text("/errors/0/pointer"), "/is_admin");
    assert_eq!(unknown.text("/errors/0/code"), "unknown_field");

    let missing = sent(&api, r#"{"identifier":"a"}"#);
    assert_eq!(missing.text("/errors/0/pointer"), "/password");
    assert_eq!(missing.text("/errors/0/code"), "missing");

    let wrong = sent(&api, r#"{"identifier":"a","password":20250101}"#);
    is_problem(&wrong, 422, "invalid");
    assert_eq!(wrong.text("/errors/0/pointer"), "/password");
    assert!(!wrong.body.contains("20250101"), "what may be a password is not repeated: {}", wrong.body);

    is_problem(&sent(&api, r#"["a","b"]"#), 422, "invalid");
    is_problem(&sent(&api, "{\"identifier\":\"a\\u0000\",\"password\":\"c\"}"), 422, "invalid");

    let form = api.call("POST", "/auth/login").body("identifier=a&password=b", "text/plain").send();
    is_problem(&form, 415, "not_json");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_limit_is_refused_whether_it_says_its_length_or_not() {
    let api = TestApi::shared().await;

    let mut connection = Connection::open(&api.url);
    let length = BODY_BYTES_MAX + 1;
    connection.send(&format!(
        "POST /auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    ));
    let declared = connection.answer().expect("an answer before the body is sent");
    assert_eq!((declared.status, declared.json()["code"].as_str()), (413, Some("too_large")));

    let mut connection = Connection::open(&api.url);
    connection.send(
        "POST /auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..=BODY_BYTES_MAX / 0x10000 {
        connection.send(&chunk);
    }
    let measured = connection.answer().expect("an answer before the body ends");
    assert_eq!((measured.status, measured.json()["code"].as_str()), (413, Some("too_large")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_takes_what_it_knows_and_each_once() {
    let api = TestApi::shared().await;
    let person = api.person();
    let asked = |query: &str| api.get(&format!("/v1/workspaces?{query}")).by(&person).send();

    for (query, pointer) in [
        ("colour=red", "/colour"),
        ("limit=5&limit=6", "/limit"),
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=1e9", "/limit"),
        ("cursor=bm9uc2Vuc2U", "/cursor"),
        ("wait_for=12", "/wait_for"),
    ] {
        let answer = asked(query);
        is_problem(&answer, 400, "invalid_query");
        assert_eq!(answer.text("/errors/0/pointer"), pointer, "{query}");
    }
    asked("limit=200").expect(200);
}

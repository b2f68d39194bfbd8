//! Whatever is asked below `/v0`, the answer is in Airtable's form: refusals before a route, at it and beyond it.

use serde_json::json;
use support::airtable::{Program, kind, refusal};
use support::api::TestApi;
use support::http::Connection;

const JSON: Option<&str> = Some("application/json; charset=utf-8");

#[tokio::test(flavor = "multi_thread")]
async fn whoever_shows_no_good_credential_is_told_so_in_airtables_words() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let bare = api.get("/v0/meta/whoami").send();
    assert_eq!(
        refusal(&bare),
        (401, "AUTHENTICATION_REQUIRED".into(), Some("Authentication required".into()))
    );
    assert_eq!(bare.header("content-type"), JSON);
    for wrong in ["nonsense", "atk_live_nonsense", "patAAAAAAAAAAAAAA.0123"] {
        assert_eq!(api.get("/v0/meta/bases").bearer(wrong).send().status, 401, "{wrong}");
    }
    // A page that is open in a browser calls with its token or not at all.
    let cookie = format!("__Host-sid={}", ana.token);
    assert_eq!(api.get("/v0/meta/bases").header("cookie", &cookie).send().status, 401);
    let beside = api.get("/v0/meta/bases").header("cookie", "__Host-sid=x").by(&ana).send();
    beside.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_nothing_at_paths_and_methods_that_airtable_does_not_know() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    for (method, path) in [
        ("GET", "/v0"),
        ("GET", "/v0/meta"),
        ("GET", "/v0/meta/nothing/at/all"),
        ("PUT", "/v0/meta/bases"),
        ("DELETE", "/v0/meta/whoami"),
    ] {
        let answer = api.call(method, path).bearer(&program.key).send();
        assert_eq!((answer.status, answer.json()), (404, json!({ "error": "NOT_FOUND" })), "{method} {path}");
        assert_eq!(answer.header("content-type"), JSON);
    }
    // Everywhere else problems stay what they are.
    let elsewhere = api.get("/v00/meta/bases").send().expect(404);
    assert_eq!(elsewhere.header("content-type"), Some("application/problem+json"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_or_a_bare_question_mark_at_the_end_mean_nothing() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let tables = format!("/meta/bases/{}/tables", program.base);
    let plain = program.get(&tables).expect(200).json();
    for end in ["/", "?", "/?"] {
        assert_eq!(program.get(&format!("{tables}{end}")).expect(200).json(), plain, "{end}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_is_told_from_one_that_makes_no_sense() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let sent = |body: &str| {
        let path = format!("/meta/bases/{}/tables", program.base);
        program.call("POST", &path).body(body, "text/plain").send()
    };
    let unreadable = (400, "INVALID_REQUEST_BODY".to_owned());
    assert_eq!(kind(&sent("{\"name\":")), unreadable);
    assert_eq!(kind(&sent(&format!("{{\"name\":{}{}}}", "[".repeat(65), "]".repeat(65)))), unreadable);
    let senseless = (422, "INVALID_REQUEST_UNKNOWN".to_owned());
    for body in ["[]", "\"text\"", "{}", "", r#"{"name":7,"fields":[]}"#, r#"{"name":"a\u0000","fields":[]}"#]
    {
        assert_eq!(kind(&sent(body)), senseless, "{body}");
    }
    // What it calls itself does not matter, nor what it says beyond what is known.
    let table = r#"{"name":"Things","fields":[{"name":"Name","type":"singleLineText"}],"method":"post"}"#;
    sent(table).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_limit_is_too_large() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let mut connection = Connection::open(&api.url);
    connection.send(&format!(
        "POST /v0/meta/bases/{}/tables HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n",
        program.base,
        program.key,
        10 * 1024 * 1024 + 1
    ));
    let answer = connection.answer().expect("an answer before the body is sent");
    assert_eq!((answer.status, answer.json()), (413, json!({ "error": "REQUEST_TOO_LARGE" })));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_may_be_as_long_as_clients_make_them() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    program.get(&format!("/meta/whoami?filterByFormula={}", "x".repeat(15_900))).expect(200);
    let longer = program.get(&format!("/meta/whoami?filterByFormula={}", "x".repeat(17_000)));
    assert_eq!(kind(&longer), (413, "REQUEST_TOO_LARGE".into()));
}

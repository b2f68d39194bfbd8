//! Pages of other origins may call only when they are on the list, by exact comparison; no origin is ever reflected.

use support::api::TestApi;

const CONSOLE: &str = "https://console.example.org";

#[tokio::test(flavor = "multi_thread")]
async fn only_a_listed_origin_is_answered_to() {
    let api = TestApi::start_with(&[("AIRTIDE__HTTP__CORS_ORIGINS", CONSOLE)]).await;
    let from = |origin: &str| api.get("/health/live").header("origin", origin).send().expect(200);

    let listed = from(CONSOLE);
    assert_eq!(listed.header("access-control-allow-origin"), Some(CONSOLE));
    assert!(listed.header("access-control-expose-headers").unwrap().contains("airtide-position"));
    assert_eq!(listed.header("access-control-allow-credentials"), None);
    assert_eq!(listed.header("vary"), Some("Origin"));
    for foreign in [
        "https://console.example.org.evil.example",
        "http://console.example.org",
        "https://console.example.org:8443",
        "https://CONSOLE.example.org",
        "null",
        "*",
    ] {
        let answer = from(foreign);
        assert_eq!(answer.header("access-control-allow-origin"), None, "{foreign}");
        assert_eq!(answer.header("vary"), Some("Origin"), "{foreign}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_asks_first_is_told() {
    let api = TestApi::start_with(&[("AIRTIDE__HTTP__CORS_ORIGINS", CONSOLE)]).await;
    let asks = |origin: &str| {
        let call = api.call("OPTIONS", "/v1/workspaces").header("origin", origin);
        call.header("access-control-request-method", "POST").send()
    };
    let listed = asks(CONSOLE).expect(204);
    assert_eq!(listed.header("access-control-allow-origin"), Some(CONSOLE));
    assert!(listed.header("access-control-allow-methods").unwrap().contains("POST"));
    assert!(listed.header("access-control-allow-headers").unwrap().contains("authorization"));

    let foreign = asks("https://evil.example").expect(403);
    assert_eq!(foreign.text("/code"), "origin_not_allowed");
    assert_eq!(foreign.header("access-control-allow-origin"), None);
    assert_eq!(foreign.header("access-control-allow-methods"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_list_nobody_is_answered_to() {
    let api = TestApi::shared().await;
    let answer = api.get("/health/live").header("origin", CONSOLE).send().expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

//! Every answer, whatever it is, carries the same protective headers and tells nothing of how the program is made.

use sqlx::Executor;
use support::airtide::Dev;
use support::api::{Answer, TestApi};
use support::{database, http};

const ON_EVERY_ANSWER: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// What would give away how the program is made.
const INTERNALS: &[&str] =
    &["sqlx", "panicked", "SELECT", "select ", "/src/", "postgres", "relation", "127.0.0.1"];

#[track_caller]
fn is_guarded(header: impl Fn(&str) -> Option<String>, what: &str) {
    for (name, value) in ON_EVERY_ANSWER {
        assert_eq!(header(name).as_deref(), Some(*value), "{name} of {what}");
    }
    assert!(header("x-request-id").is_some_and(|id| id.len() == 36), "{what}");
    assert!(
        header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'none'")),
        "{what}"
    );
    assert!(header("permissions-policy").is_some_and(|policy| policy.contains("camera=()")), "{what}");
    assert_eq!(header("strict-transport-security"), None, "{what}: nobody promised TLS");
    assert_eq!(header("access-control-allow-origin"), None, "{what}");
}

#[track_caller]
fn tells_nothing(answer: &Answer) {
    for internal in INTERNALS {
        assert!(!answer.body.contains(internal), "{internal} in {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_guarded_and_tells_nothing_of_the_inside() {
    let api = TestApi::start().await;
    let person = api.person();
    let answers = [
        api.get("/health").send().expect(200),
        api.get("/nowhere").send().expect(404),
        api.call("DELETE", "/health").send().expect(405),
        api.call("TRACE", "/health").send().expect(405),
        api.get("/auth/verify").send().expect(401),
        api.call("POST", "/auth/login").body("{", "application/json").send().expect(400),
        api.get("/v1/workspaces/wsp_x").by(&person).send().expect(404),
        api.get("/openapi.json").send().expect(200),
        api.get("/docs").send().expect(200),
    ];
    for answer in &answers {
        is_guarded(|name| answer.header(name).map(str::to_owned), &answer.body);
    }
    for answer in answers.iter().filter(|answer| answer.status >= 400) {
        tells_nothing(answer);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }

    let mut superuser = database::superuser(&api.database_url).await;
    superuser
        .execute("alter table reservations rename to reservations_gone")
        .await
        .expect("a broken database");
    let broken = api
        .call("POST", "/auth/login")
        .body(r#"{"identifier":"ana","password":"x"}"#, "application/json")
        .send();
    assert!(matches!(broken.status, 500 | 503), "{}", broken.status);
    is_guarded(|name| broken.header(name).map(str::to_owned), "a failure");
    tells_nothing(&broken);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_business_of_callers_is_not_there() {
    let api = TestApi::shared().await;
    for path in [
        "/.git/config",
        "/.env",
        "/Cargo.toml",
        "/metrics",
        "/debug",
        "/debug/pprof/",
        "/server-status",
        "/backup.sql",
        "/docs/",
        "/docs/../../Cargo.toml",
        "/events/%2e%2e/%2e%2e/etc/passwd",
        "/v1/",
        "/auth/",
    ] {
        assert_eq!(api.get(path).send().expect(404).text("/code"), "not_found", "{path}");
    }
    let traced = api.call("TRACE", "/auth/profile").header("x-canary", "canary-0001").send().expect(405);
    assert!(!traced.body.contains("canary-0001"), "{}", traced.body);
    for method in ["TRACK", "CONNECT", "PROPFIND", "DEBUG"] {
        let status = api.call(method, "/auth/profile").send().status;
        assert!(matches!(status, 400 | 404 | 405), "{method}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_is_taken_over_when_it_is_harmless() {
    let api = TestApi::shared().await;
    let given = |id: &str| {
        let answer = http::request("GET", &api.url, "/nowhere", &[&format!("x-request-id: {id}")]);
        let echoed = answer.header("x-request-id").expect("an id").to_owned();
        assert_eq!(answer.json()["instance"], echoed);
        echoed
    };
    assert_eq!(given("order-42.A_b"), "order-42.A_b");
    for bad in ["short", "<script>alert(1)</script>", "with space", &"x".repeat(65)] {
        assert_ne!(given(bad), bad);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_tls_browsers_are_told_to_insist_on_it() {
    let api = TestApi::start_with(&[("AIRTIDE__HTTP__BEHIND_TLS", "true")]).await;
    let answer = api.get("/nowhere").send();
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000; includeSubDomains"));
}

#[test]
fn an_alias_of_health_is_there_for_old_callers() {
    let dev = Dev::start_plain(&["--ephemeral"]);
    let answer = http::get(dev.text("url"), "/api/health");
    assert_eq!((answer.status, answer.json()["status"].as_str()), (200, Some("ok")));
}

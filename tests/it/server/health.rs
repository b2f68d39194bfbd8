//! The four paths that need no sign-in, and the shape of everything else.

use support::airtide::Dev;
use support::http;
use support::processes::Frozen;

#[test]
fn health_and_metrics_answer() {
    let dev = Dev::start_plain(&["--ephemeral"]);
    let url = dev.text("url");

    for path in ["/health", "/health/live", "/health/ready"] {
        let answer = http::get(url, path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert_eq!(answer.json()["status"], "ok", "{path}");
    }
    let metrics = http::get(url, "/metrics");
    assert_eq!(metrics.status, 200);
    assert!(metrics.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    assert!(metrics.body.contains("airtide_http_request_seconds"), "{}", metrics.body);
    assert!(metrics.body.trim_end().ends_with("# EOF"));
}

#[test]
fn living_does_not_depend_on_the_database_but_being_ready_does() {
    let dev = Dev::start_plain(&["--ephemeral"]);
    let url = dev.text("url");
    let _frozen = Frozen::family(dev.pid("postgres"));

    assert_eq!(http::get(url, "/health/live").status, 200);
    assert_eq!(http::get(url, "/health/ready").status, 503);
}

#[test]
fn an_unknown_path_is_a_problem_with_a_request_id() {
    let dev = Dev::start_plain(&["--ephemeral"]);
    let url = dev.text("url");

    let answer = http::get(url, "/nowhere");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.json()["code"], "not_found");
    assert_eq!(answer.json()["status"], 404);
    assert!(answer.header("x-request-id").is_some());

    let own = http::request("GET", url, "/nowhere", &["x-request-id: mine-0001"]);
    assert_eq!(own.header("x-request-id"), Some("mine-0001"));
    let harmful = http::request("GET", url, "/nowhere", &["x-request-id: <script>"]);
    assert_ne!(harmful.header("x-request-id"), Some("<script>"));

    assert_eq!(http::request("POST", url, "/health", &[]).json()["code"], "method_not_allowed");
}

//! The numbers are for operators: on an address of their own, never where callers are, except in the development mode.

use support::airtide::Dev;
use support::api::TestApi;
use support::http;

use super::process::Talking;

#[tokio::test(flavor = "multi_thread")]
async fn callers_do_not_see_the_numbers() {
    let api = TestApi::shared().await;
    assert_eq!(api.get("/metrics").send().status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_them_on_an_address_of_their_own() {
    let server = Talking::start(&[("AIRTIDE__HTTP__METRICS_LISTEN", "127.0.0.1:0")]).await;
    let told = server.told("metrics on http://");
    let url = format!("http://{}", told.strip_suffix("/metrics").expect("the path of the numbers"));

    let answer = http::get(&url, "/metrics");
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("airtide_http_connections "), "{}", answer.body);
    assert_eq!(http::get(&url, "/health").status, 404, "nothing else is there");
    server.stop();
}

#[test]
fn requests_are_counted_by_route_and_never_by_path() {
    let dev = Dev::start_plain(&["--ephemeral"]);
    let url = dev.text("url");
    http::get(url, "/v1/workspaces/wsp_secret");
    http::request("BREW", url, "/nowhere", &[]);

    let text = http::get(url, "/metrics").body;
    let line = |wanted: &[&str]| {
        text.lines()
            .any(|line| line.contains("seconds_count") && wanted.iter().all(|word| line.contains(word)))
    };
    assert!(line(&["route=\"/v1/workspaces/{workspace}\"", "status=\"401\"", "method=\"GET\""]), "{text}");
    assert!(line(&["route=\"none\"", "status=\"404\"", "method=\"other\""]), "{text}");
    assert!(!text.contains("wsp_secret"));
    assert!(text.contains("airtide_http_requests_in_flight 1"), "{text}");
}

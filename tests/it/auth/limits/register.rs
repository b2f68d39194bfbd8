//! `POST /auth/register`: so many people of one network in an hour, on all nodes together.

use serde_json::json;
use support::airtide::Dev;
use support::api::{Answer, PASSWORD, TestApi, call};

/// Any of the limits, so that the others are the program's own.
const OWN: (&str, &str) = ("AIRTIDE__LIMITS__RECORDS_PER_SECOND", "0");

fn register(url: &str, number: u32) -> Answer {
    let body = json!({ "email": format!("p{number}@example.org"), "password": PASSWORD });
    call(url, "POST", "/auth/register").json(body).send()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_people_of_one_network_register_in_an_hour() {
    let api = TestApi::start_with(&[OWN]).await;
    let other = api.another_with("api", &[OWN]);
    let first = register(&api.url, 0).expect(201);
    assert_eq!(first.header("ratelimit-policy"), Some("\"register\";q=5;w=3600"));
    assert_eq!(first.header("ratelimit"), Some("\"register\";r=4;t=720"));
    for (number, url) in [(1, &other.url), (2, &api.url), (3, &other.url), (4, &api.url)] {
        register(url, number).expect(201);
    }
    for url in [&api.url, &other.url] {
        let refused = register(url, 5).expect(429);
        assert_eq!(refused.text("/code"), "rate_limited");
        let seconds: u64 = refused.header("retry-after").expect("it says when").parse().expect("seconds");
        assert!((600..=720).contains(&seconds), "{seconds}");
    }
}

#[test]
fn in_development_more_people_register() {
    let dev = Dev::start_plain(&["--ephemeral"]);
    for number in 0..7 {
        let registered = register(dev.text("url"), number).expect(201);
        assert_eq!(registered.header("ratelimit-policy"), Some("\"register\";q=1000;w=3600"));
    }
}

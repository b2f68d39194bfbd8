//! What one person may ask for that costs much: so many new tokens and exports, on all nodes together.

use serde_json::json;
use support::api::{Answer, Person, TestApi, call};

const TWO: [(&str, &str); 2] =
    [("AIRTIDE__LIMITS__REFRESH_PER_FIVE_MINUTES", "2"), ("AIRTIDE__LIMITS__EXPORTS_PER_HOUR", "2")];

fn exchange(url: &str, person: &Person) -> Answer {
    call(url, "POST", "/auth/tenant").json(json!({ "tenant": person.tenant })).by(person).send()
}

#[tokio::test(flavor = "multi_thread")]
async fn new_tokens_and_exports_are_limited_by_person_on_all_nodes() {
    let api = TestApi::start_with(&TWO).await;
    let other = api.another_with("api", &TWO);
    let (ana, ben) = (api.person(), api.person());
    exchange(&api.url, &ana).expect(200);
    exchange(&other.url, &ana).expect(200);
    for url in [&api.url, &other.url] {
        exchange(url, &ana).expect(429);
        assert_eq!(exchange(url, &ana).text("/code"), "rate_limited");
    }
    exchange(&other.url, &ben).expect(200);

    let export = |url: &str| call(url, "POST", "/auth/account/export").by(&ana).status();
    let statuses = [&api.url, &other.url, &api.url, &other.url].map(|url| export(url));
    assert_eq!(statuses, [200, 200, 429, 429]);
}

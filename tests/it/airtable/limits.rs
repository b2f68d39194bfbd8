//! Limits below `/v0`: ours are told in Airtable's words, and Airtable's own are imitated where operators want that.

use serde_json::json;
use support::airtable::{Program, key, refusal};
use support::api::{Answer, TestApi};

const OF_KEYS: (&str, &str) = ("AIRTIDE__LIMITS__KEY_PER_MINUTE", "3");
const OF_BASES: (&str, &str) = ("AIRTIDE__LIMITS__AIRTABLE_BASE_PER_SECOND", "5");
const OF_CALLERS: (&str, &str) = ("AIRTIDE__LIMITS__AIRTABLE_KEY_PER_SECOND", "1");

/// More than any burst of these tests, so that a slow machine gets there, too.
fn until_refused(mut ask: impl FnMut() -> Answer) -> Answer {
    (0..500).map(|_| ask()).find(|answer| answer.status == 429).expect("it becomes too much")
}

fn is_airtables(refused: &Answer) {
    let (status, kind, message) = refusal(refused);
    assert_eq!((status, kind.as_str()), (429, "RATE_LIMIT_REACHED"));
    assert_eq!(message.as_deref(), Some("Rate limit exceeded. Please try again later"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_asks_for_too_much_is_told_when_to_come_back() {
    let api = TestApi::start_with(&[OF_KEYS]).await;
    let ana = api.person();
    let key = key(&api, &ana, json!({ "scopes": ["bases:read"] }));
    let refused = until_refused(|| api.get("/v0/meta/whoami").bearer(&key).send());
    is_airtables(&refused);
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&seconds), "{seconds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bases_are_limited_one_by_one_where_airtable_is_imitated() {
    let api = TestApi::start_with(&[OF_BASES]).await;
    let (program, other) = (Program::of(&api), Program::of(&api));
    let tables = |program: &Program<'_>| program.get(&format!("/meta/bases/{}/tables", program.base));
    let refused = until_refused(|| tables(&program));
    is_airtables(&refused);
    assert_eq!(refused.header("retry-after"), Some("30"));
    tables(&other).expect(200);
    // What is about no base is not limited by one.
    program.get("/meta/whoami").expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_are_limited_over_all_bases_where_airtable_is_imitated() {
    let api = TestApi::start_with(&[OF_CALLERS]).await;
    let program = Program::of(&api);
    let refused = until_refused(|| program.get("/meta/whoami"));
    is_airtables(&refused);
    assert_eq!(refused.header("retry-after"), Some("30"));
    // Ours is another API.
    api.get("/v1/bases").bearer(&program.key).send().expect(200);
}

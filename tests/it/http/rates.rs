//! How much one caller may ask for, whom a caller is taken for, and what they are told.

use api::http::{Access, RouteEntry};
use api::limits::Rate;
use support::api::{Answer, Person, TestApi};

const THREE_STRANGERS: (&str, &str) = ("AIRTIDE__LIMITS__ANONYMOUS_PER_MINUTE", "3");
const ONE_A_SECOND: (&str, &str) = ("AIRTIDE__LIMITS__PRINCIPAL_PER_SECOND", "1");
const FIVE_AT_ONCE: (&str, &str) = ("AIRTIDE__LIMITS__PRINCIPAL_BURST", "5");
/// A page that anybody may load, and that is limited.
const LIMITED: &str = "/.well-known/jwks.json";

fn ask_for(api: &TestApi, headers: &[(&str, &str)]) -> Answer {
    headers.iter().fold(api.get(LIMITED), |call, (name, value)| call.header(name, value)).send()
}

fn workspaces(api: &TestApi, person: &Person) -> Answer {
    api.get("/v1/workspaces").by(person).send()
}

/// More than any burst of these tests, so that a slow machine gets there, too.
fn until_refused(mut ask: impl FnMut() -> Answer) -> Answer {
    (0..500).map(|_| ask()).find(|answer| answer.status == 429).expect("it becomes too much")
}

#[test]
fn only_health_and_pages_are_not_limited() {
    let routes = api::routes();
    let free = |route: &&RouteEntry| route.rate == Rate::Free;
    for route in routes.table().iter().filter(free) {
        let is_known =
            ["/health", "/api/health", "/docs", "/events"].iter().any(|begin| route.path.starts_with(begin));
        assert!(is_known && route.access == Access::Anyone && route.method == "GET", "{route:?}");
    }
    let for_strangers = [Rate::Free, Rate::Anonymous, Rate::Login, Rate::Register];
    for route in routes.table() {
        assert!(route.access == Access::Anyone || !for_strangers.contains(&route.rate), "{route:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_limited_and_told_so() {
    let api = TestApi::start_with(&[THREE_STRANGERS]).await;
    let first = ask_for(&api, &[]).expect(200);
    assert_eq!(first.header("ratelimit-policy"), Some("\"anonymous\";q=3;w=60"));
    assert_eq!(first.header("ratelimit"), Some("\"anonymous\";r=2;t=20"));
    assert_eq!(first.header("retry-after"), None);
    ask_for(&api, &[]).expect(200);
    ask_for(&api, &[]).expect(200);
    let refused = ask_for(&api, &[]).expect(429);
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    assert_eq!(refused.text("/code"), "rate_limited");
    assert_eq!(refused.header("ratelimit-policy"), Some("\"anonymous\";q=3;w=60"));
    assert!(refused.header("ratelimit").unwrap().starts_with("\"anonymous\";r=0;t="));
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&seconds), "{seconds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn spoofed_headers_change_nothing() {
    let api = TestApi::start_with(&[THREE_STRANGERS]).await;
    for number in 0..3 {
        ask_for(&api, &[("x-forwarded-for", &format!("192.0.2.{number}"))]).expect(200);
    }
    for name in ["x-forwarded-for", "x-real-ip", "forwarded", "x-client-ip", "true-client-ip", "x-user-id"] {
        ask_for(&api, &[(name, "198.51.100.7")]).expect(429);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_proxy_is_believed_for_whom_it_saw_itself() {
    let proxies = ("AIRTIDE__HTTP__TRUSTED_PROXIES", "127.0.0.0/8,10.0.0.0/8");
    let api = TestApi::start_with(&[THREE_STRANGERS, proxies]).await;
    let from = |forwarded: &str| ask_for(&api, &[("x-forwarded-for", forwarded)]);
    for number in 0..3 {
        from(&format!("192.0.2.{number}, 198.51.100.7")).expect(200);
    }
    from("192.0.2.9, 198.51.100.7").expect(429);
    from("198.51.100.7, 10.1.2.3").expect(429);
    from("198.51.100.8").expect(200);
    for number in 1..4 {
        from(&format!("2001:db8::{number}")).expect(200);
    }
    from("2001:db8::ffff:1").expect(429);
    from("2001:db8:0:1::1").expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_tokens_is_limited_and_good_ones_are_not_hindered() {
    let three = ("AIRTIDE__LIMITS__WRONG_CREDENTIALS_PER_MINUTE", "3");
    let api = TestApi::start_with(&[three]).await;
    let ana = api.person();
    let guess = || api.get("/v1/workspaces").bearer("a.guessed.token").send();
    for _ in 0..3 {
        guess().expect(401);
    }
    assert_eq!(guess().expect(429).text("/code"), "rate_limited");
    workspaces(&api, &ana).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_has_a_burst_of_their_own() {
    let api = TestApi::start_with(&[ONE_A_SECOND, FIVE_AT_ONCE]).await;
    let (ana, ben) = (api.person(), api.person());
    let first = workspaces(&api, &ana).expect(200);
    let policies = first.header("ratelimit-policy").expect("it tells the limits");
    assert_eq!(policies, "\"principal\";q=5;w=5, \"tenant\";q=10000;w=10");
    assert_eq!(first.header("ratelimit"), Some("\"principal\";r=4;t=1, \"tenant\";r=9999;t=1"));
    for _ in 0..4 {
        workspaces(&api, &ana).expect(200);
    }
    let refused = until_refused(|| workspaces(&api, &ana));
    assert_eq!((refused.text("/code").as_str(), refused.header("retry-after")), ("rate_limited", Some("1")));
    workspaces(&api, &ben).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_has_a_limit_of_its_own() {
    let limits = [("AIRTIDE__LIMITS__TENANT_PER_SECOND", "1"), ("AIRTIDE__LIMITS__TENANT_BURST", "5")];
    let api = TestApi::start_with(&limits).await;
    let (ana, ben) = (api.person(), api.person());
    let refused = until_refused(|| workspaces(&api, &ana));
    assert!(refused.header("ratelimit").unwrap().contains("\"tenant\";r=0;"));
    workspaces(&api, &ben).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_metrics_are_never_limited() {
    let numbers = ("AIRTIDE__HTTP__METRICS_LISTEN", "main");
    let api = TestApi::start_with(&[THREE_STRANGERS, numbers]).await;
    for path in ["/health", "/health/live", "/health/ready", "/api/health", "/metrics"] {
        for _ in 0..20 {
            assert_eq!(api.get(path).send().expect(200).header("ratelimit"), None);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_can_read_that_it_is_limited() {
    const CONSOLE: &str = "https://console.example.org";
    let api = TestApi::start_with(&[THREE_STRANGERS, ("AIRTIDE__HTTP__CORS_ORIGINS", CONSOLE)]).await;
    let refused = until_refused(|| ask_for(&api, &[("origin", CONSOLE)]));
    assert_eq!(refused.header("access-control-allow-origin"), Some(CONSOLE));
    let exposed = refused.header("access-control-expose-headers").unwrap();
    for name in ["ratelimit", "ratelimit-policy", "retry-after"] {
        assert!(exposed.split(", ").any(|exposed| exposed == name), "{name} in {exposed}");
    }
}

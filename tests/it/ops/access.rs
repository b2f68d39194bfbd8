//! Operators and nobody else: no role of a tenant is enough, and an operator is nobody anywhere else.

use api::http::Access;
use serde_json::json;
use support::api::TestApi;
use support::operator::Operator;

fn path(declared: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "nothing".to_owned() } else { part.to_owned() };
    declared.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Of every route that there is, whichever it may be.
#[tokio::test(flavor = "multi_thread")]
async fn routes_below_ops_and_no_others_are_for_operators() {
    let api = TestApi::shared().await;
    let (operator, owner) = (Operator::of(&api), api.person());
    let routes = api::routes();
    let mut seen = 0;
    for route in routes.table() {
        let what = format!("{} {}", route.method, route.path);
        let is_of_operators = route.path.starts_with("/v1/ops/");
        assert_eq!(is_of_operators, route.access == Access::Operator, "{what}");
        let place = path(&route.path);
        let call = || {
            let call = api.call(route.method, &place);
            if matches!(route.method, "GET" | "DELETE") { call } else { call.json(json!({ "nothing": 1 })) }
        };
        let status = call().bearer(&operator.token).status();
        match route.access {
            Access::Operator => assert!(!matches!(status, 401 | 403), "{what}: {status}"),
            Access::SignedIn | Access::Session | Access::Needs(_) => assert_eq!(status, 401, "{what}"),
            Access::Anyone => {}
        }
        if is_of_operators {
            assert_eq!(call().by(&owner).status(), 403, "{what} as an owner");
            assert_eq!(call().status(), 401, "{what} as nobody");
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen} routes are for operators");
}

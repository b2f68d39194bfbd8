//! `GET|PUT /auth/profile`: replaced as a whole; a user name is given up when another is taken.

use serde_json::{Value, json};
use support::api::TestApi;

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_replaced_as_a_whole() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let change = json!({ "username": ana.username, "name": "Ana Ivanova" });
    let changed = api.call("PUT", "/auth/profile").by(&ana).json(change).send().expect(200);
    assert_eq!(changed.text("/name"), "Ana Ivanova");
    let removed = api.call("PUT", "/auth/profile").by(&ana).json(json!({})).send().expect(200);
    assert_eq!((removed.at("/name"), removed.at("/username")), (Value::Null, Value::Null));
    let shown = api.get("/auth/profile").by(&ana).send().expect(200);
    assert_eq!(shown.json(), removed.json());
    assert_eq!(shown.header("etag"), removed.header("etag"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_name_passes_from_one_person_to_another() {
    let api = TestApi::shared().await;
    let (ana, bob) = (api.person(), api.person());
    let rename = |person: &support::api::Person, username: &str| {
        api.call("PUT", "/auth/profile").by(person).json(json!({ "username": username })).send()
    };
    assert_eq!(rename(&bob, &ana.username).expect(409).text("/code"), "username_taken");
    rename(&ana, "somebody-new").expect(200);
    rename(&bob, &ana.username).expect(200);
    assert_eq!(api.sign_in(&ana.username).text("/user/id"), bob.user);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_meant_for_another_version_is_refused() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let etag = api.get("/auth/profile").by(&ana).send().header("etag").unwrap().to_owned();
    let put = |name: &str, etag: &str| {
        api.call("PUT", "/auth/profile")
            .by(&ana)
            .header("if-match", etag)
            .json(json!({ "name": name }))
            .send()
    };
    put("Ana", &etag).expect(200);
    assert_eq!(put("Anna", &etag).expect(412).text("/code"), "changed_meanwhile");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_name_is_pointed_out() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let put = |body: Value| api.call("PUT", "/auth/profile").by(&ana).json(body).send().expect(422);
    assert_eq!(put(json!({ "username": "a b" })).text("/errors/0/code"), "bad_username");
    assert_eq!(put(json!({ "name": "\n" })).text("/code"), "bad_name");
    assert_eq!(put(json!({ "email": "x@example.org" })).text("/errors/0/code"), "unknown_field");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_changes_at_once_are_all_made_when_nobody_says_that_it_matters() {
    let api = TestApi::shared().await;
    let ana = api.person();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (api, ana) = (&api, &ana);
            scope.spawn(move || {
                let body = json!({ "username": ana.username, "name": format!("Ana {number}") });
                api.call("PUT", "/auth/profile").by(ana).json(body).send().expect(200);
            });
        }
    });
}

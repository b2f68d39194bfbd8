//! `POST /auth/register`: a person, a tenant and a workspace come to be together, once.

use serde_json::json;
use support::api::{PASSWORD, TestApi};

#[tokio::test(flavor = "multi_thread")]
async fn registering_makes_a_person_a_tenant_and_a_workspace() {
    let api = TestApi::start().await;
    let body = json!({ "email": " Ana@Example.org", "username": "Ana", "password": PASSWORD, "name": "Ana Ivanova" });
    let answer = api.post("/auth/register", body).send().expect(201);
    assert_eq!(answer.text("/email"), "ana@example.org");
    assert_eq!(answer.text("/username"), "ana");
    assert_eq!(answer.text("/name"), "Ana Ivanova");
    assert_eq!(answer.header("location"), Some("/auth/profile"));
    assert!(!answer.body.contains(PASSWORD));

    let token = api.sign_in("ana").text("/access_token");
    let position = answer.header("airtide-position").expect("a position");
    let list = api.get(&format!("/v1/workspaces?wait_for={position}")).bearer(&token).send().expect(200);
    assert_eq!(list.text("/data/0/name"), "Main");
    let verified = api.get("/auth/verify").bearer(&token).send().expect(200);
    assert_eq!(verified.text("/role"), "owner");
    assert_eq!(verified.text("/user/id"), answer.text("/id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_and_a_user_name_belong_to_one_person() {
    let api = TestApi::start().await;
    let register = |email: &str, username: &str| {
        let body = json!({ "email": email, "username": username, "password": PASSWORD });
        api.post("/auth/register", body).send()
    };
    register("ana@example.org", "ana").expect(201);
    assert_eq!(register("ANA@example.org", "ana2").expect(409).text("/code"), "email_taken");
    assert_eq!(register("bob@example.org", "ANA").expect(409).text("/code"), "username_taken");
    // Whoever was refused has taken nothing.
    register("bob@example.org", "bob").expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_is_said_at_once() {
    let api = TestApi::start().await;
    let body = json!({ "email": "nobody", "username": "a@b", "password": "short", "name": "" });
    let answer = api.post("/auth/register", body).send().expect(422);
    let json = answer.json();
    let pointers: Vec<&str> =
        json["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/email", "/username", "/name", "/password"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_under_the_same_key_registers_once() {
    let api = TestApi::start().await;
    let body = json!({ "email": "ana@example.org", "username": "ana", "password": PASSWORD });
    let send = || api.post("/auth/register", body.clone()).key("first-try").send();
    let first = send().expect(201);
    let again = send().expect(201);
    assert_eq!(again.text("/id"), first.text("/id"));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.header("airtide-position"), first.header("airtide-position"));

    let other = json!({ "email": "ana@example.org", "username": "ana2", "password": PASSWORD });
    let reused = api.post("/auth/register", other).key("first-try").send().expect(422);
    assert_eq!(reused.text("/code"), "key_reused");
    api.sign_in("ana");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_for_one_address_make_one_person() {
    let api = TestApi::start().await;
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let sending: Vec<_> = (0..8)
            .map(|number| {
                let username = format!("ana{number}");
                let body = json!({ "email": "ana@example.org", "username": username, "password": PASSWORD });
                let api = &api;
                scope.spawn(move || api.post("/auth/register", body).send().status)
            })
            .collect();
        sending.into_iter().map(|each| each.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_addresses_are_proven_nobody_signs_in_before_and_nothing_is_told() {
    let api = TestApi::start_with(&[("AIRTIDE__IDENTITY__VERIFY_EMAIL", "required")]).await;
    let register = |username: &str| {
        let body = json!({ "email": "ana@example.org", "username": username, "password": PASSWORD });
        api.post("/auth/register", body).send()
    };
    let (first, second) = (register("ana").expect(202), register("ana2").expect(202));
    assert_eq!(first.body, second.body, "two may wait for one address, and neither hears of the other");

    let login = |identifier: &str, password: &str| {
        let body = json!({ "identifier": identifier, "password": password });
        api.post("/auth/login", body).send()
    };
    assert_eq!(login("ana@example.org", PASSWORD).expect(401).text("/code"), "wrong_credentials");
    assert_eq!(login("ana", "some other password").expect(401).text("/code"), "wrong_credentials");
    assert_eq!(login("ana", PASSWORD).expect(403).text("/code"), "email_not_verified");
}

//! `POST /auth/login`: by address or user name, and nothing that a stranger learns from it.

use serde_json::json;
use support::api::{PASSWORD, TestApi};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_by_address_or_user_name_in_any_of_three_fields() {
    let api = TestApi::shared().await;
    let ana = api.person();
    for (field, text) in [
        ("email", &ana.email),
        ("username", &ana.username),
        ("username", &ana.email),
        ("identifier", &ana.username),
        ("identifier", &ana.email.to_uppercase()),
    ] {
        let answer = api.post("/auth/login", json!({ field: text, "password": PASSWORD })).send().expect(200);
        assert_eq!(answer.text("/token_type"), "Bearer");
        assert_eq!(answer.at("/expires_in"), 600);
        assert_eq!(answer.text("/user/id"), ana.user);
        assert_eq!(answer.text("/tenant"), ana.tenant);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b8_unknown_names_and_wrong_passwords_get_the_same_answer() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let refused = |identifier: &str, password: &str| {
        let body = json!({ "identifier": identifier, "password": password });
        let answer = api.post("/auth/login", body).header("x-request-id", "the-same-id").send().expect(401);
        answer.body
    };
    let expected = refused(&ana.email, "not the password");
    let far_too_long = "x".repeat(300);
    for (identifier, password) in [
        ("nobody@example.org", PASSWORD),
        ("nobody", PASSWORD),
        ("a", PASSWORD),
        ("@", PASSWORD),
        (ana.username.as_str(), ""),
        (ana.username.as_str(), far_too_long.as_str()),
    ] {
        assert_eq!(refused(identifier, password), expected, "{identifier}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_one_name_is_given() {
    let api = TestApi::shared().await;
    for body in [
        json!({ "password": PASSWORD }),
        json!({ "email": "ana@example.org", "username": "ana", "password": PASSWORD }),
    ] {
        let answer = api.post("/auth/login", body).send().expect(422);
        assert_eq!(answer.text("/errors/0/code"), "identifier_required");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b11_signing_in_does_not_wait_for_any_read_model() {
    let api = TestApi::shared().await;
    let only_api = api.another("api");
    drop(api);
    let body = json!({ "email": "ana@example.org", "password": PASSWORD });
    let call = |path: &str| support::api::call(&only_api.url, "POST", path).json(body.clone()).send();
    call("/auth/register").expect(201);
    call("/auth/login").expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn b12_a_password_is_nowhere_but_in_its_hash() {
    let api = TestApi::start().await;
    let ana = api.person();
    let mut database = support::database::superuser(&api.database_url).await;
    let texts: Vec<String> = sqlx::query_scalar(
        "select payload::text || meta::text from events union all select to_jsonb(c)::text from credentials c",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    assert!(texts.iter().any(|text| text.contains("$argon2id$")));
    for text in texts {
        assert!(!text.contains(PASSWORD), "{text}");
        assert!(!text.contains(&ana.email), "{text}");
    }
}

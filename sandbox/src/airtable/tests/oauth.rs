//! OAuth: a code for a proof, tokens for the code, new ones for the refresh token, and what is refused.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use form_urlencoded::{Serializer, parse};
use serde_json::{Value, json};

use super::harness::{Answer, Sandbox};
use super::seed::{TASKS, seed};

const VERIFIER: &str = "a-text-of-at-least-forty-three-characters-which-nobody-guesses";
const BACK: &str = "http://127.0.0.1:9/back?from=here";

/// A request that is right, with some of it replaced; an empty value is left out.
fn form(pairs: &[(&str, &str)], other: &[(&str, &str)]) -> String {
    let replaced = |(key, value): (&str, &str)| {
        let other = other.iter().find(|(other, _)| *other == key).map(|(_, value)| *value);
        (key.to_owned(), other.unwrap_or(value).to_owned())
    };
    let kept = pairs.iter().map(|pair| replaced(*pair));
    let added = other.iter().filter(|(key, _)| !pairs.iter().any(|(known, _)| known == key));
    let added = added.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Serializer::new(String::new())
        .extend_pairs(kept.chain(added).filter(|(_, value)| !value.is_empty()))
        .finish()
}

async fn authorize(sandbox: &Sandbox, other: &[(&str, &str)]) -> Answer {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    let pairs = [
        ("client_id", "client"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "data.records:read user.email:read"),
        ("state", "s t&te"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    sandbox.get(&format!("/oauth2/v1/authorize?{}", form(&pairs, other))).await
}

/// What the browser is sent back with.
fn told(answer: &Answer, name: &str) -> Option<String> {
    assert_eq!(answer.status, 302);
    let location = answer.headers["location"].to_str().unwrap();
    let query = location.strip_prefix(BACK).unwrap();
    parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

async fn code(sandbox: &Sandbox) -> String {
    told(&authorize(sandbox, &[]).await, "code").unwrap()
}

async fn ask(sandbox: &Sandbox, form: String) -> Answer {
    sandbox.as_token("").send("POST", "/oauth2/v1/token", "application/x-www-form-urlencoded", form).await
}

async fn exchange(sandbox: &Sandbox, code: &str, other: &[(&str, &str)]) -> Answer {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("client_id", "client"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    ask(sandbox, form(&pairs, other)).await
}

async fn refresh(sandbox: &Sandbox, token: &Value, client: &str) -> Answer {
    let token = token.as_str().unwrap();
    let pairs = [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)];
    ask(sandbox, form(&pairs, &[])).await
}

fn with(sandbox: &Sandbox, tokens: &Value) -> Sandbox {
    sandbox.as_token(tokens["access_token"].as_str().unwrap())
}

fn refused(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"].as_str().unwrap().to_owned())
}

fn bad(kind: &str) -> (u16, String) {
    (400, kind.to_owned())
}

#[tokio::test]
async fn a_code_becomes_a_token_that_may_do_what_was_granted() {
    let sandbox = Sandbox::start().await;
    let answer = authorize(&sandbox, &[("user", "usrBen00000000000")]).await;
    assert_eq!(told(&answer, "state").as_deref(), Some("s t&te"));
    let tokens = exchange(&sandbox, &told(&answer, "code").unwrap(), &[]).await.ok();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["scope"], "data.records:read user.email:read");
    assert_eq!((&tokens["expires_in"], &tokens["refresh_expires_in"]), (&json!(3_600), &json!(5_184_000)));
    let ben = with(&sandbox, &tokens);
    let scopes = json!(["data.records:read", "user.email:read"]);
    let whoami = json!({ "id": "usrBen00000000000", "email": "ben@example.org", "scopes": scopes });
    assert_eq!(ben.get("/v0/meta/whoami").await.ok(), whoami);
    ben.get(TASKS).await.ok();
    let write = ben.post(TASKS, json!({ "fields": {} })).await.error();
    assert_eq!(write, (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND".into()));
    assert_eq!(sandbox.effects().await, ["token.issued"]);
}

#[tokio::test]
async fn a_code_is_good_once_and_not_for_long() {
    let sandbox = Sandbox::start().await;
    let first = code(&sandbox).await;
    exchange(&sandbox, &first, &[]).await.ok();
    assert_eq!(refused(&exchange(&sandbox, &first, &[]).await), bad("invalid_grant"));
    let late = code(&sandbox).await;
    sandbox.advance(300).await;
    assert_eq!(refused(&exchange(&sandbox, &late, &[]).await), bad("invalid_grant"));
}

#[tokio::test]
async fn a_code_without_its_proof_is_worth_nothing_and_is_used_up() {
    let sandbox = Sandbox::start().await;
    for wrong in [
        ("code_verifier", "another-text-of-at-least-forty-three-characters"),
        ("redirect_uri", "http://127.0.0.1:9/elsewhere"),
        ("client_id", "another"),
    ] {
        let code = code(&sandbox).await;
        assert_eq!(refused(&exchange(&sandbox, &code, &[wrong]).await), bad("invalid_grant"), "{wrong:?}");
        assert_eq!(refused(&exchange(&sandbox, &code, &[]).await), bad("invalid_grant"));
    }
    for (wrong, kind) in [
        (("code_verifier", ""), "invalid_request"),
        (("client_id", ""), "invalid_request"),
        (("grant_type", "password"), "unsupported_grant_type"),
    ] {
        let answer = exchange(&sandbox, "code", &[wrong]).await;
        assert_eq!(refused(&answer), bad(kind), "{wrong:?}");
    }
}

#[tokio::test]
async fn an_access_token_ends_after_an_hour_and_its_refresh_token_gives_the_next() {
    let sandbox = Sandbox::start().await;
    let first = exchange(&sandbox, &code(&sandbox).await, &[]).await.ok();
    sandbox.advance(3_590).await;
    with(&sandbox, &first).get(TASKS).await.ok();
    sandbox.advance(10).await;
    let ended = with(&sandbox, &first).get(TASKS).await.error();
    assert_eq!(ended, (401, "AUTHENTICATION_REQUIRED".into()));
    let second = refresh(&sandbox, &first["refresh_token"], "client").await.ok();
    assert_eq!(second["scope"], first["scope"]);
    with(&sandbox, &second).get(TASKS).await.ok();
    sandbox.advance(60 * 24 * 3_600).await;
    let late = refresh(&sandbox, &second["refresh_token"], "client").await;
    assert_eq!(refused(&late), bad("invalid_grant"));
}

#[tokio::test]
async fn a_refresh_token_is_invalid_once_it_was_used() {
    let sandbox = Sandbox::start().await;
    let first = exchange(&sandbox, &code(&sandbox).await, &[]).await.ok();
    let stolen = refresh(&sandbox, &first["refresh_token"], "another").await;
    assert_eq!(refused(&stolen), bad("invalid_grant"));
    let second = refresh(&sandbox, &first["refresh_token"], "client").await.ok();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let again = refresh(&sandbox, &first["refresh_token"], "client").await;
    assert_eq!(refused(&again), bad("invalid_grant"));
    refresh(&sandbox, &second["refresh_token"], "client").await.ok();
}

#[tokio::test]
async fn what_is_asked_wrongly_is_told_to_the_integration() {
    let sandbox = Sandbox::start().await;
    for (wrong, kind) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "data.records:read all"), "invalid_scope"),
        (("scope", ""), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("user", "usrNobody00000000"), "invalid_request"),
    ] {
        let answer = authorize(&sandbox, &[wrong]).await;
        assert_eq!(told(&answer, "error").as_deref(), Some(kind), "{wrong:?}");
        assert_eq!(told(&answer, "state").as_deref(), Some("s t&te"));
        assert_eq!(told(&answer, "code"), None);
    }
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_no_integrations() {
    let sandbox = Sandbox::start().await;
    for wrong in [
        ("client_id", ""),
        ("redirect_uri", ""),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "http://127.0.0.1/#a"),
    ] {
        assert_eq!(refused(&authorize(&sandbox, &[wrong]).await), bad("invalid_request"), "{wrong:?}");
    }
    assert_eq!(sandbox.get("/oauth2/v1/nothing").await.status, 404);
}

#[tokio::test]
async fn where_integrations_are_registered_only_those_are_served() {
    let mut seeded = seed();
    seeded["integrations"] =
        json!([{ "client_id": "client", "client_secret": "secret", "redirect_uris": [BACK] }]);
    let sandbox = Sandbox::start_with(seeded).await;
    let unknown = authorize(&sandbox, &[("client_id", "another")]).await;
    assert_eq!(refused(&unknown), (401, "invalid_client".into()));
    let elsewhere = authorize(&sandbox, &[("redirect_uri", "http://127.0.0.1:9/elsewhere")]).await;
    assert_eq!(refused(&elsewhere), bad("invalid_request"));
    let code = code(&sandbox).await;
    let silent = exchange(&sandbox, &code, &[]).await;
    assert_eq!(refused(&silent), (401, "invalid_client".into()));
    let shown = exchange_as(&sandbox, &code, "client:secret").await;
    with(&sandbox, &shown.ok()).get(TASKS).await.ok();
    let exported = sandbox.get("/_sim/export").await.ok();
    assert_eq!(exported["integrations"][0]["client_secret"], "secret");
}

/// With the header that says who asks.
async fn exchange_as(sandbox: &Sandbox, code: &str, pair: &str) -> Answer {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    let header = format!("Basic {}", STANDARD.encode(pair));
    let asking = sandbox.with_header(&header);
    asking.send("POST", "/oauth2/v1/token", "application/x-www-form-urlencoded", form(&pairs, &[])).await
}

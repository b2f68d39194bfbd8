//! Another key signs access tokens: on every node, and what the old one signed stays good.

use std::time::Duration;

use support::api::{TestApi, call};
use support::transfer::command_on;
use support::wait;

/// Ten seconds until it signs, and two until a node has heard of it.
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(30);

/// The name of the key in the head of a token.
fn kid(token: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
    let head = BASE64.decode(token.split('.').next().unwrap()).unwrap();
    let head: serde_json::Value = serde_json::from_slice(&head).unwrap();
    head["kid"].as_str().unwrap().to_owned()
}

fn published(url: &str) -> Vec<String> {
    let keys = call(url, "GET", "/.well-known/jwks.json").send().expect(200).at("/keys");
    keys.as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn status(url: &str, token: &str) -> u16 {
    call(url, "GET", "/auth/verify").bearer(token).send().status
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_takes_over_on_every_node_and_what_was_signed_stays_good() {
    let api = TestApi::start().await;
    let other = api.another("api");
    let nodes = [api.url.as_str(), other.url.as_str()];
    let person = api.person();
    let first = kid(&person.token);
    assert_eq!(nodes.map(published), [vec![first.clone()], vec![first.clone()]]);

    let arguments = ["keys", "rotate-signing", "--now", "--reason", "a device was lost"];
    let output = command_on(&api.database_url, api.keys.path(), &arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Everybody hears of it before it signs.
    let both = || nodes.iter().all(|url| published(url).len() == 2);
    wait::until("both nodes publish both keys", Duration::from_secs(8), both);
    let second = published(&api.url).into_iter().find(|kid| *kid != first).unwrap();
    // Somebody else asks: so many sign-ins would end the oldest session, which is the one that stays good here.
    let asking = api.person();
    let mut token = String::new();
    wait::until("the new key signs", TAKEN_OVER_WITHIN, || {
        token = api.sign_in(&asking.email).text("/access_token");
        kid(&token) == second
    });

    for url in nodes {
        assert_eq!([status(url, &person.token), status(url, &token)], [200, 200], "{url}");
        assert_eq!(published(url), [first.clone(), second.clone()]);
    }
    // The same token under the name of a key that nobody has.
    let (_, rest) = token.split_once('.').unwrap();
    let head = r#"{"typ":"at+jwt","alg":"EdDSA","kid":"nobody's"}"#;
    use base64::Engine;
    let head = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(head);
    assert_eq!(status(&other.url, &format!("{head}.{rest}")), 401);

    // The private half lies sealed, and a node that starts now signs with the newest.
    let late = api.another("api");
    assert_eq!(status(&late.url, &token), 200);
    let again = call(&late.url, "POST", "/auth/login")
        .json(serde_json::json!({ "identifier": person.email, "password": support::api::PASSWORD }))
        .send()
        .expect(200);
    assert_eq!(kid(&again.text("/access_token")), second);
}

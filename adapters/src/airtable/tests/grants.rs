//! Grants of people, made and renewed.

use std::sync::Arc;

use domain::bases::ports::{Asked, Fault, Grant, OAuth, Trouble};
use domain::secret::Secret;
use serde_json::json;
use url::Url;

use super::site::{Does, JumpingTime, Site, client};
use crate::airtable::{Integration, OAuthClient};

fn oauth(site: &Site) -> Arc<OAuthClient> {
    let integration = Integration { client_id: "our-client".into(), client_secret: None };
    Arc::new(OAuthClient::new(&client(&site.root(), &JumpingTime::new()), integration))
}

fn granted(number: u32) -> Does {
    Does::json(
        200,
        &json!({
            "access_token": format!("oaa{number}"), "refresh_token": format!("oar{number}"),
            "token_type": "Bearer", "scope": "data.records:read user.email:read",
            "expires_in": 3600, "refresh_expires_in": 5_184_000,
        }),
    )
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn tokens(grant: &Grant) -> (&str, &str) {
    (grant.access_token.reveal(), grant.refresh_token.reveal())
}

#[tokio::test]
async fn a_person_is_sent_to_airtable_with_a_challenge_and_comes_back_with_a_code() {
    let site = Site::doing([granted(1)]).await;
    let oauth = oauth(&site);
    let scopes = vec!["data.records:read".to_owned(), "user.email:read".to_owned()];
    let redirect_uri = "https://airtide.test/back".to_owned();
    let asked = Asked { redirect_uri: redirect_uri.clone(), scopes: scopes.clone(), state: "s&t".into() };
    let begun = oauth.begin(&asked).unwrap();
    let url = Url::parse(&begun.url).unwrap();
    let said: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let of = |name: &str| said.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert!(begun.url.starts_with(&format!("{}/oauth2/v1/authorize?", site.root())));
    assert_eq!((of("client_id"), of("state")), (Some("our-client"), Some("s&t")));
    assert_eq!((of("response_type"), of("code_challenge_method")), (Some("code"), Some("S256")));
    assert_eq!(of("scope"), Some("data.records:read user.email:read"));
    assert_ne!(of("code_challenge"), Some(begun.verifier.reveal().as_str()));

    let grant = oauth.exchange(&secret("code"), &begun.verifier, &redirect_uri).await.unwrap();
    assert_eq!(tokens(&grant), ("oaa1", "oar1"));
    assert_eq!((grant.scopes, grant.expires_in_s), (scopes, 3600));
    let seen = &site.seen()[0];
    assert_eq!(seen.target, "/oauth2/v1/token");
    let expected = format!(
        "grant_type=authorization_code&code=code&code_verifier={}\
        &redirect_uri=https%3A%2F%2Fairtide.test%2Fback&client_id=our-client",
        begun.verifier.reveal()
    );
    assert_eq!(String::from_utf8_lossy(&seen.body), expected);
}

#[tokio::test]
async fn no_two_people_are_given_the_same_verifier() {
    let oauth = oauth(&Site::doing([]).await);
    let asked = Asked { redirect_uri: "x".into(), scopes: vec![], state: "y".into() };
    let verifier = || oauth.begin(&asked).unwrap().verifier.reveal().clone();
    assert_ne!(verifier(), verifier());
    assert_eq!(verifier().len(), 43);
}

#[tokio::test]
async fn who_refreshes_the_same_at_once_gets_the_same_grant_of_one_request() {
    let site = Site::doing([granted(2), granted(3)]).await;
    let oauth = oauth(&site);
    let refreshing = (0..5).map(|_| {
        let oauth = Arc::clone(&oauth);
        tokio::spawn(async move { oauth.refresh("connection", &secret("oar1")).await })
    });
    for one in refreshing.collect::<Vec<_>>() {
        assert_eq!(tokens(&one.await.unwrap().unwrap()), ("oaa2", "oar2"));
    }
    assert_eq!(site.seen().len(), 1, "the old token is good once");
    let next = oauth.refresh("connection", &secret("oar2")).await.unwrap();
    assert_eq!(tokens(&next), ("oaa3", "oar3"));
}

#[tokio::test]
async fn a_grant_that_is_refused_says_why() {
    let body = json!({ "error": "invalid_grant", "error_description": "The token is used up" });
    let site = Site::doing([Does::json(400, &body)]).await;
    let fault = oauth(&site).refresh("connection", &secret("oar1")).await.unwrap_err();
    assert_eq!(fault.to_string(), "refused: 400 invalid_grant: The token is used up");
}

#[tokio::test]
async fn a_refresh_whose_answer_is_lost_may_have_used_up_its_token() {
    let site = Site::doing([Does::Cuts]).await;
    let fault = oauth(&site).refresh("connection", &secret("oar1")).await.unwrap_err();
    assert_eq!(fault, Fault::Ambiguous(Trouble::Broken));
    assert_eq!(site.seen().len(), 1);
}

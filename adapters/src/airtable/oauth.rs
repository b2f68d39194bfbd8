//! Grants of people: where they are sent, and the tokens that come of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::fill;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::bases::ports::{Asked, Begun, Fault, Grant, OAuth, Sent, Trouble};
use domain::secret::Secret;
use reqwest::Method;
use serde::Deserialize;
use url::form_urlencoded;

use super::call::{Call, Host};
use super::send::{Sender, read};
use super::{Client, Inner};

/// A person waits for the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// This program, as Airtable knows it.
#[derive(Debug, Clone)]
pub struct Integration {
    pub client_id: String,
    pub client_secret: Option<Secret<String>>,
}

pub struct OAuthClient {
    inner: Arc<Inner>,
    integration: Integration,
    /// Refreshes that somebody waits for.
    refreshes: Mutex<HashMap<String, Weak<Refresh>>>,
}

/// The refresh of one connection: whoever comes first does it, and the others take what came of it.
#[derive(Default)]
struct Refresh {
    done: tokio::sync::Mutex<Option<Done>>,
}

struct Done {
    refresh_token: Secret<String>,
    outcome: Result<Grant, Fault>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: Secret<String>,
    refresh_token: Secret<String>,
    #[serde(default)]
    scope: String,
    expires_in: u64,
    refresh_expires_in: Option<u64>,
}

impl OAuthClient {
    pub fn new(client: &Client, integration: Integration) -> Self {
        Self { inner: Arc::clone(&client.inner), integration, refreshes: Mutex::default() }
    }

    async fn token(&self, counted_for: &str, mut form: Vec<(&str, &str)>) -> Result<Grant, Fault> {
        let authorization = authorization(&self.integration);
        if authorization.is_none() {
            form.push(("client_id", &self.integration.client_id));
        }
        let call =
            Call::new("oauth_token", Method::POST, "/oauth2/v1/token", &[]).at(Host::Pages).form(&form);
        let sender = Sender { authorization, counted_for, patience: PATIENCE, sent: Sent::default() };
        let answer = self.inner.send(&call, &sender).await?;
        read::<Granted>(&call, &answer).map(Grant::from)
    }

    /// The refresh that is under way for a connection, or a new one.
    fn refresh_of(&self, connection: &str) -> Arc<Refresh> {
        let mut refreshes = self.refreshes.lock().unwrap_or_else(PoisonError::into_inner);
        refreshes.retain(|_, refresh| refresh.strong_count() > 0);
        if let Some(refresh) = refreshes.get(connection).and_then(Weak::upgrade) {
            return refresh;
        }
        let refresh = Arc::new(Refresh::default());
        refreshes.insert(connection.to_owned(), Arc::downgrade(&refresh));
        refresh
    }
}

#[async_trait]
impl OAuth for OAuthClient {
    fn begin(&self, asked: &Asked) -> Result<Begun, Fault> {
        let mut drawn = [0; 32];
        fill(&mut drawn).map_err(|_| Fault::Unavailable(Trouble::NothingDrawn))?;
        let verifier = URL_SAFE_NO_PAD.encode(drawn);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.integration.client_id)
            .append_pair("redirect_uri", &asked.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", &asked.scopes.join(" "))
            .append_pair("state", &asked.state)
            .append_pair("code_challenge", &challenge(&verifier))
            .append_pair("code_challenge_method", "S256")
            .finish();
        let url = format!("{}/oauth2/v1/authorize?{query}", self.inner.hosts.pages);
        Ok(Begun { url, verifier: Secret::new(verifier) })
    }

    async fn exchange(
        &self,
        code: &Secret<String>,
        verifier: &Secret<String>,
        redirect_uri: &str,
    ) -> Result<Grant, Fault> {
        let form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.reveal()),
            ("code_verifier", verifier.reveal()),
            ("redirect_uri", redirect_uri),
        ];
        self.token("oauth", form).await
    }

    async fn refresh(&self, connection: &str, refresh_token: &Secret<String>) -> Result<Grant, Fault> {
        let refresh = self.refresh_of(connection);
        let mut done = refresh.done.lock().await;
        if let Some(done) = &*done
            && done.refresh_token.reveal() == refresh_token.reveal()
        {
            return done.outcome.clone();
        }
        let form = vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token.reveal())];
        let outcome = self.token("oauth", form).await;
        *done = Some(Done { refresh_token: refresh_token.clone(), outcome: outcome.clone() });
        outcome
    }
}

/// What is shown of the verifier before it is told.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// An integration with a secret says who it is in the header. Unsettled: it is OAuth's rule, and not seen on the wire.
fn authorization(integration: &Integration) -> Option<Secret<String>> {
    let secret = integration.client_secret.as_ref()?;
    let pair = format!("{}:{}", integration.client_id, secret.reveal());
    Some(Secret::new(format!("Basic {}", STANDARD.encode(pair))))
}

impl From<Granted> for Grant {
    fn from(granted: Granted) -> Self {
        Self {
            access_token: granted.access_token,
            refresh_token: granted.refresh_token,
            scopes: granted.scope.split_whitespace().map(str::to_owned).collect(),
            expires_in_s: granted.expires_in,
            refresh_expires_in_s: granted.refresh_expires_in,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_example_in_rfc_7636() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn an_integration_with_a_secret_says_who_it_is_in_the_header() {
        let secret = Some(Secret::new("open sesame".to_owned()));
        let header = authorization(&Integration { client_id: "me".into(), client_secret: secret }).unwrap();
        assert_eq!(header.reveal(), "Basic bWU6b3BlbiBzZXNhbWU=");
        assert!(authorization(&Integration { client_id: "me".into(), client_secret: None }).is_none());
    }
}

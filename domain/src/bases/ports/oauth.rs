//! Tokens that a person grants in Airtable's own pages. A grant is renewed with a token that is good once.

use async_trait::async_trait;

use super::Fault;
use crate::secret::Secret;

#[async_trait]
pub trait OAuth: Send + Sync {
    /// Where a person is sent to grant something.
    fn begin(&self, asked: &Asked) -> Result<Begun, Fault>;

    /// Makes the grant out of the code that the person came back with.
    async fn exchange(
        &self,
        code: &Secret<String>,
        verifier: &Secret<String>,
        redirect_uri: &str,
    ) -> Result<Grant, Fault>;

    /// Renews the grant of a connection. The old refresh token is dead at once, so the new one is to be stored before
    /// anything else. Who asks for the same while it is done gets the same grant. When the fault is `Ambiguous`, the
    /// answer may have been lost with the only good token in it: if the old one is refused next, the person must grant again.
    async fn refresh(&self, connection: &str, refresh_token: &Secret<String>) -> Result<Grant, Fault>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    /// Comes back with the code: drawn by whoever asks, and held against what they drew.
    pub state: String,
}

#[derive(Debug, Clone)]
pub struct Begun {
    pub url: String,
    /// Kept until the person comes back.
    pub verifier: Secret<String>,
}

#[derive(Debug, Clone)]
pub struct Grant {
    pub access_token: Secret<String>,
    pub refresh_token: Secret<String>,
    pub scopes: Vec<String>,
    pub expires_in_s: u64,
    pub refresh_expires_in_s: Option<u64>,
}

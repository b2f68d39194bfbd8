//! The guarded client: HTTP to addresses that users name.
//!
//! A name is resolved once per hop, everything it resolves to is checked, and exactly that is dialled: nobody looks the
//! name up a second time, so there is no moment in which it could come to mean something else. A URL with an address
//! in place of a name is checked the same way. Redirects are followed by hand, each hop like the first.

mod dial;
mod download;
mod exchange;
mod fetch;
mod names;
mod network;
mod policy;
mod ranges;
mod request;
mod target;
#[cfg(test)]
mod tests;
pub(crate) mod tls;

pub use fetch::Fetching;
pub use network::{Network, NoNetwork, parse_networks};
pub use policy::EgressPolicy;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::identity::ports::{WebAnswer, WebClient, WebFault, WebMethod, WebRequest};
use tokio_rustls::TlsConnector;

use exchange::Answered;
use names::{Names, SystemNames};
use target::Target;

/// Redirects that any request may follow.
const REDIRECTS_MAX: u8 = 3;
/// From the first question for a name to a connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// From the beginning to the last byte that is read, redirects included.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// One connection for each request and none kept: what was checked for one is used for no other.
pub struct GuardedClient {
    policy: EgressPolicy,
    names: Arc<dyn Names>,
    tls: TlsConnector,
    connect_within: Duration,
    answer_within: Duration,
}

impl GuardedClient {
    pub fn new(policy: EgressPolicy) -> Result<Self, rustls::Error> {
        Ok(Self {
            policy,
            names: Arc::new(SystemNames),
            tls: tls::connector()?,
            connect_within: CONNECT_WITHIN,
            answer_within: ANSWER_WITHIN,
        })
    }

    /// Follows redirects to an answer that is none.
    async fn follow(&self, request: &WebRequest) -> Result<Answered, WebFault> {
        let mut target = Target::parse(&request.url)?;
        let first = target.url().origin();
        let mut drops_secrets = false;
        for _ in 0..=redirects_of(request) {
            // Once elsewhere, a way back is somebody else's idea.
            drops_secrets |= target.url().origin() != first;
            let answered = self.hop(&target, request, drops_secrets).await?;
            match answered.next_target(&target, redirects_of(request)) {
                None => return Ok(answered),
                Some(next) => target = next?,
            }
        }
        Err(WebFault::TooManyRedirects)
    }

    async fn hop(
        &self,
        target: &Target,
        request: &WebRequest,
        drops_secrets: bool,
    ) -> Result<Answered, WebFault> {
        self.policy.check_target(target)?;
        let sent = request::to_send(request, target, drops_secrets)?;
        let dialling = dial::dial(target, &self.policy, &*self.names);
        let stream = within(self.connect_within, dialling).await?;
        match target.is_tls() {
            false => exchange::exchange(stream, sent).await,
            true => {
                let stream = tls::wrap(&self.tls, target, stream).await?;
                exchange::exchange(stream, sent).await
            }
        }
    }
}

#[async_trait]
impl WebClient for GuardedClient {
    fn check(&self, url: &str) -> Result<(), WebFault> {
        self.policy.check_target(&Target::parse(url)?)
    }

    async fn send(&self, request: WebRequest) -> Result<WebAnswer, WebFault> {
        let answer = async { self.follow(&request).await?.read(request.answer_bytes_max).await };
        within(self.answer_within, answer).await
    }
}

/// What has a body goes to one place only.
fn redirects_of(request: &WebRequest) -> u8 {
    match request.method {
        WebMethod::Get => request.redirects_max.min(REDIRECTS_MAX),
        WebMethod::Post => 0,
    }
}

async fn within<T>(time: Duration, work: impl Future<Output = Result<T, WebFault>>) -> Result<T, WebFault> {
    tokio::time::timeout(time, work).await.unwrap_or(Err(WebFault::TimedOut))
}

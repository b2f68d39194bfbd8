//! Airtable's Web API: one file for each concern, all of them sent in one place.
//!
//! What is sent waits for its turn, at the pace that Airtable allows a base and a person. It is sent again only when it is
//! certain that nothing was done: a write whose answer is lost is `Ambiguous`, and its caller's to look into.

mod attachments;
mod backoff;
mod call;
mod comments;
mod exchange;
mod hosts;
mod identity;
mod limits;
mod listing;
pub mod mac;
mod metrics;
mod oauth;
mod records;
mod retry_after;
mod schema;
mod send;
mod time;
mod verdict;
mod webhooks;

pub use hosts::{AIRTABLE, Hosts, NoRoot};
pub use limits::Pace;
pub use metrics::Metrics;
pub use oauth::{Integration, OAuthClient};
pub use time::{RealTime, Time};

use std::sync::Arc;

use domain::bases::ports::{Access, Airtable, Connected};

use crate::http::GuardedClient;
use backoff::Backoff;
use exchange::Exchange;
use limits::Limits;

/// How this program calls itself.
const AGENT: &str = concat!("Airtide/", env!("CARGO_PKG_VERSION"));

/// Speaks to Airtable. Cheap to clone; all clones keep one pace.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    hosts: Hosts,
    exchange: Exchange,
    limits: Limits,
    backoff: Backoff,
    metrics: Metrics,
    time: Arc<dyn Time>,
    files: GuardedClient,
}

/// What the client is made of, besides the place it speaks to.
pub struct Settings {
    pub pace: Pace,
    pub metrics: Metrics,
    pub time: Arc<dyn Time>,
    /// What files are fetched with: their addresses are written down by others.
    pub files: GuardedClient,
}

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum NoClient {
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    #[error("the HTTP client cannot be set up")]
    Http(#[from] reqwest::Error),
}

impl Client {
    pub fn new(hosts: Hosts, settings: Settings) -> Result<Self, NoClient> {
        let Settings { pace, metrics, time, files } = settings;
        let exchange = Exchange::new()?;
        let limits = Limits::new(pace, Arc::clone(&time));
        let backoff = Backoff::default();
        Ok(Self { inner: Arc::new(Inner { hosts, exchange, limits, backoff, metrics, time, files }) })
    }
}

impl Airtable for Client {
    fn connect(&self, access: Access) -> Arc<dyn Connected> {
        Arc::new(Connection { inner: Arc::clone(&self.inner), access })
    }
}

/// The client with a token.
struct Connection {
    inner: Arc<Inner>,
    access: Access,
}

#[cfg(test)]
mod tests;

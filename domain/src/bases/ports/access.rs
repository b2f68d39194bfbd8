//! Who asks: a token, and all that can be done with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Attachments, Comments, Fault, MetaSchema, Records, Webhooks};
use crate::bases::ids::UserId;
use crate::secret::Secret;

/// Makes connections. Making one asks nobody.
pub trait Airtable: Send + Sync {
    fn connect(&self, access: Access) -> Arc<dyn Connected>;
}

/// All that can be done with one token.
pub trait Connected: Identity + Records + MetaSchema + Webhooks + Comments + Attachments {}

impl<T: Identity + Records + MetaSchema + Webhooks + Comments + Attachments> Connected for T {}

#[derive(Debug, Clone)]
pub struct Access {
    pub token: Secret<String>,
    /// Whose limit the requests count for: all tokens of one person share it. Who does not know it yet names the
    /// connection instead.
    pub counted_for: String,
    /// How long one request may wait altogether: for its turn, for a penalty to end, between attempts.
    pub patience: Duration,
    /// Counts what is sent.
    pub sent: Sent,
}

/// How many requests were sent since somebody looked. Those that came to nothing count there, too.
#[derive(Debug, Clone, Default)]
pub struct Sent(Arc<AtomicU64>);

impl Sent {
    pub fn one_more(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

#[async_trait]
pub trait Identity: Send + Sync {
    /// Who the token belongs to.
    async fn whoami(&self) -> Result<Person, Fault>;
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    pub id: UserId,
    /// Only where the token may read it.
    pub email: Option<String>,
    /// Only of OAuth tokens.
    pub scopes: Option<Vec<String>>,
}

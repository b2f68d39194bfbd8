//! API keys that were shown: which key a text stands for at this moment. What a key is, its stream says; that the text
//! is one of its secrets, a row. Both are remembered for a second, so a revoked key is good for no longer anywhere; what
//! cannot be asked for is refused.

mod network;
mod text;

pub use network::Network;
pub use text::KeyText;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::identity::api_key::Details;
use domain::identity::{ApiKey, ApiKeyId, ApiKeySecretId, TenantId};
use eventstore::event::StreamId;
use eventstore::execute::Executor;
use jiff::Timestamp;
use quick_cache::sync::Cache;

use crate::http::Problem;
use crate::identity::kept::{KeptTables, ShownSecret};

const GOOD_FOR: Duration = Duration::from_secs(1);
const REMEMBERED_MAX: usize = 20_000;

/// The hash of a secret.
pub type Hash = [u8; 32];

/// A key that holds, by one of its secrets.
#[derive(Debug)]
pub struct ActingKey {
    pub id: ApiKeyId,
    pub tenant: TenantId,
    pub details: Details,
    /// When the secret ends that was shown.
    pub expires_at: Timestamp,
    pub(super) hash: Hash,
    secret: ApiKeySecretId,
    networks: Vec<Network>,
    /// Whether its use is to be noted.
    is_use_due: AtomicBool,
}

impl ActingKey {
    /// Whether it may be used from an address. Of networks that cannot be read none holds anything.
    pub fn is_open_from(&self, address: IpAddr) -> bool {
        self.details.networks.is_empty() || self.networks.iter().any(|network| network.contains(address))
    }
}

pub struct ApiKeys {
    kept: KeptTables,
    executor: Executor,
    remembered: Cache<(ApiKeyId, Hash), (Instant, Arc<ActingKey>)>,
}

impl ApiKeys {
    pub fn new(kept: KeptTables, executor: Executor) -> Self {
        Self { kept, executor, remembered: Cache::new(REMEMBERED_MAX) }
    }

    /// The key that a secret belongs to, if it holds.
    pub async fn find(&self, id: &ApiKeyId, hash: &Hash) -> Result<Option<Arc<ActingKey>>, Problem> {
        let asked_for = (id.clone(), *hash);
        if let Some((since, key)) = self.remembered.get(&asked_for)
            && since.elapsed() < GOOD_FOR
        {
            return Ok(Some(key).filter(|key| Timestamp::now() < key.expires_at));
        }
        let asked_at = Instant::now();
        let found = self.look_up(id, hash).await?.map(Arc::new);
        match &found {
            Some(key) => self.remembered.insert(asked_for, (asked_at, Arc::clone(key))),
            // What is wrong is not remembered: strangers would push out what is right.
            None => {
                self.remembered.remove(&asked_for);
            }
        }
        Ok(found)
    }

    async fn look_up(&self, id: &ApiKeyId, hash: &Hash) -> Result<Option<ActingKey>, Problem> {
        let Some(shown) = self.kept.shown_secret(id, hash).await? else {
            return Ok(None);
        };
        let stream = StreamId::new(id.as_str()).map_err(|_| Problem::internal())?;
        let found = self.executor.state::<ApiKey>(&shown.tenant, stream).await?;
        Ok(acting(id, hash, shown, &found.state))
    }

    /// Makes a revocation count here at once.
    pub fn forget(&self, id: &ApiKeyId) {
        self.remembered.retain(|(known, _), _| known != id);
    }

    /// Notes that a key is used. Nobody waits for it.
    pub fn note_use(&self, key: &ActingKey) {
        if !key.is_use_due.swap(false, Ordering::Relaxed) {
            return;
        }
        let (kept, secret) = (self.kept.clone(), key.secret.clone());
        tokio::spawn(async move {
            if let Err(error) = kept.note_use(&secret).await {
                tracing::debug!(error = eventstore::chain_of(&error), "the use of a key is not noted");
            }
        });
    }
}

/// The row alone is good for nothing: the events have to name it.
fn acting(id: &ApiKeyId, hash: &Hash, shown: ShownSecret, key: &ApiKey) -> Option<ActingKey> {
    let (details, expires_at) = key.opened_with(&shown.secret, Timestamp::now())?;
    Some(ActingKey {
        id: id.clone(),
        tenant: shown.tenant,
        networks: details.networks.iter().filter_map(|text| text.parse().ok()).collect(),
        details: details.clone(),
        expires_at,
        hash: *hash,
        secret: shown.secret,
        is_use_due: AtomicBool::new(shown.is_use_due),
    })
}

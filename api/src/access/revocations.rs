//! Which sessions were revoked while tokens of theirs may still be good. Every node asks each second; one that could
//! not ask for a while trusts no token without asking about its session.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use domain::identity::SessionId;
use tokio::task::JoinHandle;

use crate::identity::kept::{Kept, KeptTables};
use crate::identity::tokens;

const EVERY: Duration = Duration::from_secs(1);
/// With what is known older than this, a session is asked about itself.
const STALE_AFTER: Duration = Duration::from_secs(4);
/// Slack between clocks and around the life of a token.
const SLACK: Duration = Duration::from_secs(60);

pub struct Revocations {
    kept: KeptTables,
    known: Arc<RwLock<Known>>,
    asking: JoinHandle<()>,
}

#[derive(Default)]
struct Known {
    revoked: HashSet<String>,
    as_of: Option<Instant>,
    /// Revoked by this node: an answer that was under way meanwhile does not hold them.
    own: HashMap<String, Instant>,
}

impl Known {
    fn learn(&mut self, revoked: Vec<String>, asked_at: Instant) {
        self.revoked = revoked.into_iter().collect();
        self.as_of = Some(asked_at);
        self.own.retain(|_, since| since.elapsed() < tokens::LIFETIME + SLACK);
    }
}

impl Revocations {
    pub fn start(kept: KeptTables) -> Self {
        let known = Arc::new(RwLock::new(Known::default()));
        let asking = tokio::spawn(ask_each_second(kept.clone(), Arc::clone(&known)));
        Self { kept, known, asking }
    }

    /// Makes a revocation count here at once.
    pub fn add(&self, session: &SessionId) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.own.insert(session.as_str().to_owned(), Instant::now());
    }

    pub async fn is_revoked(&self, session: &SessionId) -> sqlx::Result<bool> {
        match self.remembered(session) {
            Some(revoked) => Ok(revoked),
            None => Ok(self.kept.session(session).await? == Kept::Revoked),
        }
    }

    fn remembered(&self, session: &SessionId) -> Option<bool> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.revoked.contains(session.as_str()) || known.own.contains_key(session.as_str()) {
            return Some(true);
        }
        known.as_of.is_some_and(|as_of| as_of.elapsed() < STALE_AFTER).then_some(false)
    }
}

impl Drop for Revocations {
    fn drop(&mut self) {
        self.asking.abort();
    }
}

async fn ask_each_second(kept: KeptTables, known: Arc<RwLock<Known>>) {
    let mut failed = false;
    loop {
        let asked_at = Instant::now();
        match kept.revoked_within(tokens::LIFETIME + SLACK).await {
            Ok(revoked) => {
                known.write().unwrap_or_else(PoisonError::into_inner).learn(revoked, asked_at);
                failed = false;
            }
            Err(error) if !failed => {
                tracing::warn!(error = eventstore::chain_of(&error), "revoked sessions cannot be read");
                failed = true;
            }
            Err(_) => {}
        }
        tokio::time::sleep(EVERY).await;
    }
}

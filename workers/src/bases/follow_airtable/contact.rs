//! Noting when Airtable was asked, and how often: for whoever wants to know how far behind a base may be.

use std::time::Duration;

use domain::bases::ports::Sent;
use eventstore::chain_of;
use jiff::Timestamp;
use tokio::time::Instant;

use super::turn::Turn;

/// It is noted no more often than this.
const NOTE_EVERY: Duration = Duration::from_secs(1);

/// What was not noted yet.
#[derive(Default)]
pub struct Contact {
    pub sent: Sent,
    noted_at: Option<Instant>,
    /// What happened before this is here.
    heard_until: Option<Timestamp>,
}

impl Contact {
    pub fn heard_all_until(&mut self, at: Timestamp) {
        self.heard_until = Some(at);
    }

    fn is_due(&self) -> bool {
        self.noted_at.is_none_or(|at| at.elapsed() >= NOTE_EVERY)
    }
}

impl Turn<'_> {
    /// Whether it can be noted changes nothing about following.
    pub async fn note_contact(&mut self) {
        if !self.contact.is_due() {
            return;
        }
        let (heard_until, requests) = (self.contact.heard_until.take(), self.contact.sent.take());
        if heard_until.is_none() && requests == 0 {
            return;
        }
        self.contact.noted_at = Some(Instant::now());
        let noting = self.worker.contacts.note(&self.tenant, &self.base, heard_until, requests);
        if let Err(error) = noting.await {
            tracing::info!(error = chain_of(&error), "when Airtable was asked could not be noted");
        }
    }

    /// Nobody asks how a base follows that is not there.
    pub async fn forget_contact(&self) {
        if let Err(error) = self.worker.contacts.drop_one(&self.tenant, &self.base).await {
            tracing::info!(error = chain_of(&error), "when Airtable was asked for a base that ended is left");
        }
    }
}

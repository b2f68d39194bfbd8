//! What a base needs of the server around it.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::bases::ids::{BaseId, WebhookId};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::airtable::attachments::Wishes;

/// A hook that has news.
pub type Rung = (BaseId, WebhookId);

/// Whoever sends pings takes news as fast as it comes, and keeps one of each hook.
#[derive(Clone)]
pub struct Around {
    /// Files to be fetched are asked for here.
    pub wishes: Arc<Wishes>,
    bell: UnboundedSender<Rung>,
    payload_records_max: Arc<AtomicUsize>,
}

impl Around {
    pub fn new() -> (Self, UnboundedReceiver<Rung>) {
        let (bell, rung) = unbounded_channel();
        (Self { wishes: Arc::default(), bell, payload_records_max: Arc::default() }, rung)
    }

    pub fn ring(&self, base: BaseId, hook: WebhookId) {
        // Nobody listens once the server is going down.
        let _ = self.bell.send((base, hook));
    }

    /// Nothing: what happens is told whole, however much it is.
    pub fn payload_records_max(&self) -> Option<NonZeroUsize> {
        NonZeroUsize::new(self.payload_records_max.load(Ordering::Relaxed))
    }

    pub fn set_payload_records_max(&self, records: Option<usize>) {
        self.payload_records_max.store(records.unwrap_or(0), Ordering::Relaxed);
    }
}

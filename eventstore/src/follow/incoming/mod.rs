//! What the broker delivers of the live end, kept at hand for the tail.
//!
//! The broker is never the truth: only what Postgres has committed is asked for, and whatever the broker has not at hand
//! in a few milliseconds is read from Postgres.

mod receiving;
mod trust;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

use super::Head;
use super::page::{Bounds, EventPage};
use crate::event::Recorded;
pub(super) use receiving::Receiving;
use trust::Trust;

/// Longest wait for the broker, and that only while it usually has what is asked for.
const WAIT: Duration = Duration::from_millis(4);
/// What is kept for a tail that has not asked for it yet.
const KEPT: Bounds = Bounds { events: 8_192, bytes: 8 * 1024 * 1024 };

/// How far the broker has delivered, without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Received {
    incarnation: Uuid,
    position: i64,
}

/// Shared by who receives and by the tail. Cheap to clone.
#[derive(Clone)]
pub(super) struct Incoming {
    kept: Arc<Mutex<Kept>>,
    /// Nothing while the broker is away.
    received: watch::Sender<Option<Received>>,
    trust: Arc<Mutex<Trust>>,
    is_used: Arc<AtomicBool>,
}

/// Consecutive events, oldest first.
#[derive(Default)]
struct Kept {
    events: VecDeque<Arc<Recorded>>,
    bytes: usize,
}

impl Default for Incoming {
    fn default() -> Self {
        Self {
            kept: Arc::default(),
            received: watch::channel(None).0,
            trust: Arc::default(),
            is_used: Arc::default(),
        }
    }
}

impl Incoming {
    /// From now on somebody receives from the broker.
    pub fn use_from_now_on(&self) {
        self.is_used.store(true, Ordering::Relaxed);
    }

    pub fn is_used(&self) -> bool {
        self.is_used.load(Ordering::Relaxed)
    }

    /// What comes after a position, up to a head that is known; nothing when the broker has not got it at hand.
    pub async fn page(&self, head: Head, after: i64, bounds: Bounds) -> Option<EventPage> {
        if !self.is_close_to(head, after) || !locked(&self.trust).is_worth_a_wait() {
            return None;
        }
        let mut received = self.received.subscribe();
        let is_enough =
            |received: &Option<Received>| received.is_none_or(|received| received.position >= head.position);
        // Too late for some of it may be early enough for the rest.
        let _ = timeout(WAIT, received.wait_for(is_enough)).await;
        let page = self.take(head, after, bounds);
        locked(&self.trust).note(page.is_some());
        page
    }

    /// Whether the broker was where the tail is: then it may well have what comes next.
    fn is_close_to(&self, head: Head, after: i64) -> bool {
        let received = *self.received.borrow();
        received
            .is_some_and(|received| received.incarnation == head.incarnation && received.position >= after)
    }

    fn take(&self, head: Head, after: i64, bounds: Bounds) -> Option<EventPage> {
        if !self.is_close_to(head, after) {
            return None;
        }
        let mut kept = locked(&self.kept);
        kept.drop_up_to(after);
        let mut page = EventPage { incarnation: head.incarnation, after, up_to: after, events: Vec::new() };
        let mut bytes = 0;
        while page.up_to < head.position && page.events.len() < bounds.events && bytes < bounds.bytes {
            let Some(event) = kept.take(page.up_to + 1) else { break };
            bytes += size(&event);
            page.up_to = event.position;
            page.events.push(event);
        }
        (!page.events.is_empty()).then_some(page)
    }

    /// The broker is there, and delivers what comes after a position.
    fn begin(&self, received: Received) {
        *locked(&self.kept) = Kept::default();
        self.received.send_replace(Some(received));
    }

    /// Takes the next event in order.
    fn add(&self, incarnation: Uuid, event: Recorded) {
        let position = event.position;
        locked(&self.kept).add(Arc::new(event));
        self.received.send_replace(Some(Received { incarnation, position }));
    }

    fn end(&self) {
        self.received.send_replace(None);
    }
}

impl Kept {
    fn add(&mut self, event: Arc<Recorded>) {
        self.bytes += size(&event);
        self.events.push_back(event);
        while self.events.len() > KEPT.events || self.bytes > KEPT.bytes {
            self.drop_first();
        }
    }

    fn drop_up_to(&mut self, position: i64) {
        while self.events.front().is_some_and(|event| event.position <= position) {
            self.drop_first();
        }
    }

    fn take(&mut self, position: i64) -> Option<Arc<Recorded>> {
        let is_next = self.events.front().is_some_and(|event| event.position == position);
        if is_next { self.drop_first() } else { None }
    }

    fn drop_first(&mut self) -> Option<Arc<Recorded>> {
        let first = self.events.pop_front()?;
        self.bytes -= size(&first);
        Some(first)
    }
}

fn size(event: &Recorded) -> usize {
    event.meta_text.len() + event.payload_text.len()
}

/// No code panics while it holds one of these locks.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

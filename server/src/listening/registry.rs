//! Every open connection, looked at in rounds: one task finds those past a time limit, so that no connection needs
//! timers of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;

use super::ConnectionLimits;
use super::activity::{Activity, Order};

/// At most this far apart.
const ROUND: Duration = Duration::from_secs(1);
/// Rounds within the shortest limit: how exact limits are.
const ROUNDS_PER_LIMIT: u32 = 10;

pub struct Registry {
    open: Mutex<Open>,
    count: watch::Sender<usize>,
}

#[derive(Default)]
struct Open {
    next: u64,
    connections: HashMap<u64, Arc<Activity>>,
    /// What connections that come from now on are told at once.
    order: Option<Order>,
}

/// A connection's place in the registry, given back when it is dropped.
pub struct Registered {
    pub activity: Arc<Activity>,
    id: u64,
    registry: Arc<Registry>,
}

impl Registry {
    pub fn start(limits: ConnectionLimits) -> Arc<Registry> {
        let registry = Arc::new(Registry { open: Mutex::default(), count: watch::Sender::new(0) });
        tokio::spawn(make_rounds(Arc::downgrade(&registry), limits));
        registry
    }

    pub fn register(self: &Arc<Self>) -> Registered {
        let activity = Arc::new(Activity::new());
        let mut open = self.lock();
        let id = open.next;
        open.next += 1;
        open.connections.insert(id, Arc::clone(&activity));
        if let Some(order) = open.order {
            activity.order(order);
        }
        self.count.send_replace(open.connections.len());
        Registered { activity, id, registry: Arc::clone(self) }
    }

    /// Ends every connection after the request it is at, and those at once that are at none.
    pub fn drain(&self) {
        self.order_all(Order::Drain);
    }

    pub fn cut(&self) {
        self.order_all(Order::Close);
    }

    pub async fn emptied(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    fn order_all(&self, order: Order) {
        let mut open = self.lock();
        open.order = Some(order);
        open.connections.values().for_each(|activity| activity.order(order));
    }

    fn close_overdue(&self, limits: &ConnectionLimits) {
        let open = self.lock();
        let overdue = open.connections.values().filter(|activity| activity.is_overdue(limits));
        overdue.for_each(|activity| activity.order(Order::Close));
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let mut open = self.registry.lock();
        open.connections.remove(&self.id);
        self.registry.count.send_replace(open.connections.len());
    }
}

async fn make_rounds(registry: Weak<Registry>, limits: ConnectionLimits) {
    let shortest = limits.head_timeout.min(limits.idle_timeout);
    let pause = (shortest / ROUNDS_PER_LIMIT).clamp(Duration::from_millis(1), ROUND);
    loop {
        tokio::time::sleep(pause).await;
        match registry.upgrade() {
            Some(registry) => registry.close_overdue(&limits),
            None => return,
        }
    }
}

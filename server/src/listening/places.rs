//! How many connections there may be: in all, where the rest wait in the system's queue, and from one address, where
//! the rest are turned away.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use api::Metrics;
use api::limits::network_of;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ConnectionLimits;

#[derive(Clone)]
pub struct Places {
    all: Arc<Semaphore>,
    by_address: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_address_max: usize,
    metrics: Arc<Metrics>,
}

/// The right to be connected, given back when it is dropped.
pub struct Place {
    _permit: OwnedSemaphorePermit,
    address: IpAddr,
    places: Places,
}

impl Places {
    pub fn new(limits: ConnectionLimits, metrics: Arc<Metrics>) -> Places {
        let connections_max = limits.connections_max.min(Semaphore::MAX_PERMITS);
        Places {
            all: Arc::new(Semaphore::new(connections_max)),
            by_address: Arc::default(),
            per_address_max: limits.connections_per_address_max,
            metrics,
        }
    }

    /// Waits until one more connection may be accepted.
    pub async fn free(&self) -> OwnedSemaphorePermit {
        match Arc::clone(&self.all).acquire_owned().await {
            Ok(permit) => permit,
            // The semaphore is never closed.
            Err(_) => std::future::pending().await,
        }
    }

    /// Nothing when the address has its share already.
    pub fn take(&self, permit: OwnedSemaphorePermit, address: IpAddr) -> Option<Place> {
        let address = network_of(address);
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        let count = by_address.entry(address).or_insert(0);
        if *count >= self.per_address_max {
            self.metrics.connections_refused.inc();
            return None;
        }
        *count += 1;
        self.metrics.connections.inc();
        drop(by_address);
        Some(Place { _permit: permit, address, places: self.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.metrics.connections.dec();
        let mut by_address = self.places.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use prometheus_client::registry::Registry;

    use super::*;

    fn places(connections_max: usize, per_address_max: usize) -> Places {
        let limits = ConnectionLimits {
            connections_max,
            connections_per_address_max: per_address_max,
            head_timeout: Duration::from_secs(1),
            idle_timeout: Duration::from_secs(1),
        };
        Places::new(limits, Arc::new(Metrics::new(Registry::default())))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[tokio::test]
    async fn an_address_gets_its_share_and_no_more() {
        let places = places(10, 2);
        let from = |text| {
            let places = places.clone();
            async move { places.take(places.free().await, address(text)) }
        };
        let first = from("192.0.2.1").await;
        let _second = from("::ffff:192.0.2.1").await.expect("a second place");
        assert!(from("192.0.2.1").await.is_none());
        assert!(from("192.0.2.2").await.is_some());
        drop(first);
        assert!(from("192.0.2.1").await.is_some());
        assert_eq!(places.metrics.connections_refused.get(), 1);
    }

    #[tokio::test]
    async fn neighbours_of_ipv6_share_one_share() {
        let places = places(10, 1);
        let _first = places.take(places.free().await, address("2001:db8::1")).expect("a place");
        assert!(places.take(places.free().await, address("2001:db8::2")).is_none());
        assert!(places.take(places.free().await, address("2001:db8:0:1::1")).is_some());
    }

    #[tokio::test]
    async fn when_all_places_are_taken_the_next_waits_for_one() {
        let places = places(1, 10);
        let place = places.take(places.free().await, address("192.0.2.1"));
        assert_eq!(places.all.available_permits(), 0);
        drop(place);
        drop(places.free().await);
    }
}

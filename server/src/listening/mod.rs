//! HTTP listeners: bound first, so that a taken address is known before anything starts, served later, drained last.
//!
//! The loop is our own because axum's has no time limits: a client that sends its headers byte by byte would hold a
//! connection for good.

mod accept;
mod activity;
mod connection;
mod http;
mod observed;
mod places;
mod registry;

pub use http::HttpServing;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::Metrics;
use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use accept::Acceptor;
use places::Places;
use registry::Registry;

/// Requests under way at the end are given this long.
const DRAIN: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct CannotListen {
    address: SocketAddr,
    source: io::Error,
}

pub async fn bind(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, CannotListen> {
    let mut listeners = Vec::with_capacity(addresses.len());
    for &address in addresses {
        listeners.push(TcpListener::bind(address).await.map_err(|source| CannotListen { address, source })?);
    }
    Ok(listeners)
}

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    pub connections_max: usize,
    pub connections_per_address_max: usize,
    /// From the first byte of a request, or from the beginning of a connection, to the end of its headers.
    pub head_timeout: Duration,
    /// Between an answer and the next request.
    pub idle_timeout: Duration,
}

/// Routes being served on one or several addresses.
pub struct Serving {
    addresses: Vec<SocketAddr>,
    acceptors: JoinSet<()>,
    registry: Arc<Registry>,
}

impl Serving {
    pub fn start(
        router: &Router,
        listeners: Vec<TcpListener>,
        limits: ConnectionLimits,
        metrics: &Arc<Metrics>,
    ) -> Serving {
        let addresses = listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect();
        let registry = Registry::start(limits);
        let places = Places::new(limits, Arc::clone(metrics));
        let mut acceptors = JoinSet::new();
        for listener in listeners {
            let (router, places) = (router.clone(), places.clone());
            let acceptor = Acceptor { listener, router, places, registry: Arc::clone(&registry) };
            acceptors.spawn(acceptor.run());
        }
        Serving { addresses, acceptors, registry }
    }

    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Takes no new connections, answers the requests under way, and returns. What streams without end has to be told
    /// before.
    pub async fn stop(mut self) {
        self.acceptors.shutdown().await;
        self.registry.drain();
        if tokio::time::timeout(DRAIN, self.registry.emptied()).await.is_err() {
            tracing::warn!("some requests took too long to end and were cut off");
            self.registry.cut();
        }
    }
}

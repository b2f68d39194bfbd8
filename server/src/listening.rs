//! HTTP listeners: bound first, so that a taken address is known before anything starts, served later, drained last.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Requests under way at the end are given this long.
const DRAIN: Duration = Duration::from_secs(10);

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

/// Routes being served on one or several addresses.
pub struct Serving {
    addresses: Vec<SocketAddr>,
    stopping: watch::Sender<bool>,
    servers: JoinSet<()>,
}

impl Serving {
    pub fn start(router: &Router, listeners: Vec<TcpListener>) -> Serving {
        let addresses = listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect();
        let (stopping, stop) = watch::channel(false);
        let mut servers = JoinSet::new();
        for listener in listeners {
            servers.spawn(serve(listener, router.clone(), stop.clone()));
        }
        Serving { addresses, stopping, servers }
    }

    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Takes no new requests, answers those under way, and returns.
    pub async fn stop(mut self) {
        self.stopping.send_replace(true);
        let drained = async { while self.servers.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN, drained).await.is_err() {
            tracing::warn!("some requests took too long to end and were cut off");
        }
    }
}

async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let stopped = async move {
        let _ = stop.wait_for(|stopping| *stopping).await;
    };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
        tracing::error!(%error, "a listener failed");
    }
}

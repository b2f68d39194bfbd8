//! The server as somebody starts it: where it listens, what it holds to begin with, and how it is reached.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use serde::Serialize;
use tokio::net::TcpListener;

use super::app::App;
use super::knobs::Knobs;
use super::seed::{Seed, SeedError, load};
use super::server;

pub struct Standing {
    pub app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
}

/// How programs reach it: clients add `/v0` to the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reached {
    pub airtable_url: String,
    pub token: Option<String>,
    pub base_id: Option<String>,
}

impl Standing {
    /// It listens from here on, and serves once it is told to.
    pub async fn listen(address: SocketAddr, knobs: Knobs, ids: Option<u64>) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { app: Arc::new(App::new(knobs, ids)), listener, address })
    }

    pub fn hold(&self, seed: Seed) -> Result<(), SeedError> {
        load(&self.app, seed).map(|_| ())
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// With the first token of a person and the first base there are.
    pub fn reached(&self) -> Reached {
        let accounts = self.app.world.accounts();
        let token = accounts.tokens.values().find(|token| token.integration.is_none());
        let token = token.map(|token| token.token.clone());
        drop(accounts);
        let bases = self.app.world.bases();
        let base_id = bases.first().map(|held| super::world::read(held).id().to_string());
        Reached { airtable_url: format!("http://{}", self.address), token, base_id }
    }

    pub async fn serve(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        tracing::info!("the stand-in for Airtable is listening on http://{}", self.address);
        server::serve(self.app, self.listener, stop).await
    }
}

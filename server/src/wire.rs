//! The composition root: builds what the roles of a process need, in one place and in reading order.

use std::net::SocketAddr;
use std::sync::Arc;

use api::{Api, Check, Metrics, Readiness};
use async_trait::async_trait;
use clap::ValueEnum;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::failure::Failure;
use crate::listening::Serving;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    All,
    Api,
    Relay,
    Projections,
    Workers,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Role::All => "all",
            Role::Api => "api",
            Role::Relay => "relay",
            Role::Projections => "projections",
            Role::Workers => "workers",
        }
    }

    pub fn is_among(self, wanted: &[Role]) -> bool {
        wanted.contains(&Role::All) || wanted.contains(&self)
    }
}

/// Roles at work in this process.
pub struct Running {
    serving: Option<Serving>,
}

/// Only the API listens; the other roles take no listeners.
pub async fn start(config: &Config, roles: &[Role], listeners: Vec<TcpListener>) -> Result<Running, Failure> {
    let serving = if Role::Api.is_among(roles) {
        Some(start_api(config, listeners).await?)
    } else {
        None
    };
    for (role, things) in [
        (Role::Relay, 0),
        (Role::Projections, projections::all().len()),
        (Role::Workers, workers::all().len()),
    ] {
        if role.is_among(roles) && things == 0 {
            tracing::info!("{}: nothing to do yet", role.name());
        }
    }
    Ok(Running { serving })
}

async fn start_api(_config: &Config, listeners: Vec<TcpListener>) -> Result<Serving, Failure> {
    let registry = Registry::default();
    let api = Api {
        readiness: Arc::new(Nothing),
        metrics: Arc::new(Metrics::new(registry)),
    };
    Ok(Serving::start(&api::router(api), listeners))
}

struct Nothing;

#[async_trait]
impl Readiness for Nothing {
    async fn checks(&self) -> Vec<Check> {
        Vec::new()
    }
}

impl Running {
    pub fn addresses(&self) -> &[SocketAddr] {
        self.serving.as_ref().map_or(&[], Serving::addresses)
    }

    pub async fn stop(self) {
        if let Some(serving) = self.serving {
            serving.stop().await;
        }
    }
}

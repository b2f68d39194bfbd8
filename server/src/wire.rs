//! The composition root: builds what the roles of a process need, in one place and in reading order.

use std::net::SocketAddr;
use std::sync::Arc;

use api::{Api, Check, Metrics, Readiness};
use async_trait::async_trait;
use clap::ValueEnum;
use eventstore::execute::Executor;
use eventstore::read::Reader;
use eventstore::{Log, LogOptions};
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
    api: Option<RunningApi>,
}

struct RunningApi {
    serving: Serving,
    log: Log,
}

/// Only the API listens; the other roles take no listeners.
pub async fn start(config: &Config, roles: &[Role], listeners: Vec<TcpListener>) -> Result<Running, Failure> {
    let api = match Role::Api.is_among(roles) {
        true => Some(start_api(config, listeners).await?),
        false => None,
    };
    for (role, is_idle) in [
        (Role::Relay, true),
        (Role::Projections, projections::all().is_empty()),
        (Role::Workers, workers::all().is_empty()),
    ] {
        if role.is_among(roles) && is_idle {
            tracing::info!("{}: nothing to do yet", role.name());
        }
    }
    Ok(Running { api })
}

async fn start_api(config: &Config, listeners: Vec<TcpListener>) -> Result<RunningApi, Failure> {
    let log = Log::open(LogOptions {
        database_url: config.database.url()?.reveal().to_owned(),
        keys_dir: config.keys.dir.clone(),
        queue_units: config.event_log.queue_units,
        cache_bytes: config.event_log.cache_bytes,
        snapshot_every: eventstore::SNAPSHOT_EVERY,
    })
    .await?;
    let mut registry = Registry::default();
    log.register_metrics(&mut registry);
    let readiness = Arc::new(LogReadiness { reader: log.reader(), executor: log.executor() });
    let api = Api { readiness, metrics: Arc::new(Metrics::new(registry)) };
    Ok(RunningApi { serving: Serving::start(&api::router(api), listeners), log })
}

struct LogReadiness {
    reader: Reader,
    executor: Executor,
}

#[async_trait]
impl Readiness for LogReadiness {
    async fn checks(&self) -> Vec<Check> {
        let outcome = match self.reader.head().await {
            Err(error) => Err(eventstore::chain_of(&error)),
            Ok(_) if !self.executor.is_open() => Err("the log takes no commands".into()),
            Ok(_) => Ok(()),
        };
        vec![Check { name: "event_log", outcome }]
    }
}

impl Running {
    pub fn addresses(&self) -> &[SocketAddr] {
        self.api.as_ref().map_or(&[], |api| api.serving.addresses())
    }

    /// Answers what is under way, then settles what the log has queued.
    pub async fn stop(self) {
        if let Some(api) = self.api {
            api.serving.stop().await;
            api.log.close().await;
        }
    }
}

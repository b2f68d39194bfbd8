//! The composition root: builds what the roles of a process need, one file for each, and starts them in reading order.

mod checkpoints;
mod files;
mod log;
mod read_models;
mod relay;
mod role;
mod serving;
mod tenant_ends;
mod work;

use std::net::SocketAddr;

use api::identity::TenantEnds;
use eventstore::Log;
use eventstore::checkpoints::RunningSigner;
use eventstore::relay::RunningRelay;
use projections::{Progress, RunningProjections};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use workers::runtime::RunningWorkers;

use crate::config::Config;
use crate::failure::Failure;
use crate::outgoing;
use log::refuse_those_brought_back;
use serving::RunningApi;

pub use log::{erasures, open_log};
pub use role::Role;

/// Roles at work in this process.
pub struct Running {
    api: Option<RunningApi>,
    projections: Option<RunningProjections>,
    signer: Option<RunningSigner>,
    tenant_ends: Option<TenantEnds>,
    workers: Option<RunningWorkers>,
    relay: Option<RunningRelay>,
    log: Log,
}

/// Only the API listens; the other roles take no listeners.
pub async fn start(config: &Config, roles: &[Role], listeners: Vec<TcpListener>) -> Result<Running, Failure> {
    let mut log = open_log(config).await?;
    refuse_those_brought_back(config, &log).await?;
    let has_relay = relay::is_wanted(config, roles);
    // Whoever relays has read everything already: from the broker it would come later, and cost more.
    if config.nats.is_set() && !has_relay {
        log.read_from_broker(config.nats.url()?.reveal().to_owned());
    }
    let mut registry = Registry::default();
    log.register_metrics(&mut registry);
    let airtable = outgoing::airtable(config, &addresses_of(&listeners)?)?;
    let projections = match Role::Projections.is_among(roles) {
        true => Some(read_models::start(config, &log, &mut registry).await?),
        false => None,
    };
    // Every deployment has this role and few processes of it; the relay's is missing where there is no broker.
    let signer = match Role::Projections.is_among(roles) {
        true => Some(checkpoints::start(config, &log)?),
        false => None,
    };
    let workers = match Role::Workers.is_among(roles) {
        true => Some(work::start(config, &log, &listeners, airtable.clone(), &mut registry).await?),
        false => None,
    };
    let progress = match &projections {
        Some(running) => running.progress(),
        None => Progress::start(config.database.url()?.reveal(), log.head(), projections::all())?,
    };
    // It writes into the ledger, which lies beside what is signed.
    let tenant_ends = match Role::Projections.is_among(roles) {
        true => Some(tenant_ends::start(config, &log, progress.clone()).await?),
        false => None,
    };
    let relay = match has_relay {
        true => Some(relay::start(config, &log, &mut registry)?),
        false => None,
    };
    let api = match Role::Api.is_among(roles) {
        true => Some(serving::start(config, &log, progress, registry, listeners, airtable).await?),
        false => None,
    };
    Ok(Running { api, projections, signer, tenant_ends, workers, relay, log })
}

fn addresses_of(listeners: &[TcpListener]) -> std::io::Result<Vec<SocketAddr>> {
    listeners.iter().map(TcpListener::local_addr).collect()
}

impl Running {
    pub fn addresses(&self) -> &[SocketAddr] {
        self.api.as_ref().map_or(&[], RunningApi::addresses)
    }

    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Of the read models that are written here.
    pub fn progress(&self) -> Option<Progress> {
        self.projections.as_ref().map(RunningProjections::progress)
    }

    /// Answers what is under way, then settles what the log has queued.
    pub async fn stop(self) {
        drop(self.tenant_ends);
        if let Some(api) = self.api {
            api.stop().await;
        }
        if let Some(workers) = self.workers {
            workers.stop().await;
        }
        if let Some(projections) = self.projections {
            projections.stop().await;
        }
        if let Some(relay) = self.relay {
            relay.stop().await;
        }
        if let Some(signer) = self.signer {
            signer.stop().await;
        }
        self.log.close().await;
    }
}

//! The role that passes events on to the broker.

use eventstore::Log;
use eventstore::broker::Retention;
use eventstore::relay::{Relay, RelayOptions, RunningRelay};
use prometheus_client::registry::Registry;

use super::Role;
use crate::config::Config;
use crate::failure::Failure;

/// Without a broker everything works, reading from the database; only who asks for the relay by name must have one.
pub fn is_wanted(config: &Config, roles: &[Role]) -> bool {
    let wanted = Role::Relay.is_among(roles);
    if wanted && !roles.contains(&Role::Relay) && !config.nats.is_set() {
        tracing::info!("relay: nothing to do, because nats.url is not set");
        return false;
    }
    wanted
}

pub fn start(config: &Config, log: &Log, registry: &mut Registry) -> Result<RunningRelay, Failure> {
    let Config { relay: settings, .. } = config;
    let running = Relay::start(RelayOptions {
        database_url: config.database.url()?.reveal().to_owned(),
        nats_url: config.nats.url()?.reveal().to_owned(),
        retention: Retention {
            max_age: settings.stream_max_age,
            max_bytes: i64::try_from(settings.stream_max_bytes).unwrap_or(i64::MAX),
            replicas: settings.stream_replicas,
        },
        source: log.source(),
    })?;
    running.register_metrics(registry);
    Ok(running)
}

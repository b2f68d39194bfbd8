//! The role that writes read models.

use eventstore::Log;
use projections::{Projections, ProjectionsOptions, RunningProjections};
use prometheus_client::registry::Registry;

use crate::config::Config;
use crate::failure::Failure;

pub async fn start(
    config: &Config,
    log: &Log,
    registry: &mut Registry,
) -> Result<RunningProjections, Failure> {
    let running = Projections::start(ProjectionsOptions {
        database_url: config.database.url()?.reveal().to_owned(),
        source: log.source(),
        projections: projections::all(),
        written: None,
    })
    .await?;
    running.register_metrics(registry);
    Ok(running)
}

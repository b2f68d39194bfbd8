//! `airtide serve`: one or several roles in this process, until it is told to stop.

use std::process::ExitCode;

use clap::Args;

use super::common::Common;
use crate::config::{Config, Flag};
use crate::failure::Failure;
use crate::listening;
use crate::stop::StopRequests;
use crate::wire::{self, Role, Running};

#[derive(Args)]
pub struct Serve {
    /// The roles of this process
    #[arg(long, value_enum, value_delimiter = ',', default_value = "all")]
    roles: Vec<Role>,
    /// Addresses to listen on, separated by commas
    #[arg(long, value_name = "ADDRESSES")]
    listen: Option<String>,
}

impl Serve {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let listen = self.listen.map(|value| Flag { name: "--listen", key: "http.listen", value });
        let config = common.load(listen.into_iter().collect())?;
        let mut stop = StopRequests::listen()?;
        let running = tokio::select! {
            started = start(&config, &self.roles) => started?,
            () = stop.first() => return Ok(ExitCode::SUCCESS),
        };
        for address in running.addresses() {
            tracing::info!("listening on http://{address}");
        }
        tracing::info!("ready");
        stop.first().await;
        tokio::select! {
            () = running.stop() => Ok(ExitCode::SUCCESS),
            () = stop.second() => Ok(ExitCode::FAILURE),
        }
    }
}

async fn start(config: &Config, roles: &[Role]) -> Result<Running, Failure> {
    let listeners = match Role::Api.is_among(roles) {
        true => listening::bind(&config.http.listen).await?,
        false => Vec::new(),
    };
    wire::start(config, roles, listeners).await
}

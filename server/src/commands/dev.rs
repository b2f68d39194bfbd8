//! `airtide dev`: the whole product on this machine, in one command.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::common::{Common, Output, print_json, print_line};
use crate::config::Config;
use crate::dev::{DevOptions, Home, Instance, run};
use crate::failure::Failure;
use crate::sandboxes::Limits;
use crate::telemetry;

#[derive(Args)]
pub struct Dev {
    /// Port of the API on the loopback interface; 0 takes any free one
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// Where data, keys and the servers' files live
    #[arg(long, value_name = "DIR", default_value = ".airtide")]
    data_dir: PathBuf,
    /// Keep everything in a temporary folder and delete it at the end
    #[arg(long, conflicts_with = "data_dir")]
    ephemeral: bool,
    /// Whether the stand-in for Airtable limits rate and quota as Airtable does
    #[arg(long, value_enum, default_value_t)]
    sandbox_limits: Limits,
    /// How to say that everything is ready
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl Dev {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let sources = common.sources(Vec::new()).without_servers();
        telemetry::start(&Config::load(sources.clone())?.log);
        let home = if self.ephemeral { Home::Ephemeral } else { Home::Kept(self.data_dir) };
        let options = DevOptions { port: self.port, home, sources, sandbox_limits: self.sandbox_limits };
        run(options, |instance| announce(instance, self.output)).await?;
        Ok(ExitCode::SUCCESS)
    }
}

fn announce(instance: &Instance, output: Output) {
    match output {
        Output::Table => print_line(&instance.for_people()),
        Output::Json => {
            if let Err(error) = print_json(instance) {
                tracing::error!(%error, "could not print the ready line");
            }
        }
    }
}

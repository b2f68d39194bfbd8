//! `airtide sandbox airtable`: the stand-in alone. It keeps everything in memory.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use sandbox::airtable::seed::{self, Seed};
use sandbox::airtable::{Knobs, Reached, Standing};

use crate::commands::common::{Common, Output, print_json, print_line};
use crate::config::Config;
use crate::failure::Failure;
use crate::sandboxes::{DemoSize, Limits};
use crate::stop::StopRequests;
use crate::telemetry;

#[derive(Args)]
pub struct Airtable {
    /// Port on the loopback interface; 0 takes any free one
    #[arg(long, default_value_t = 8765)]
    port: u16,
    /// What it holds: a seed file, as `GET /_sim/export` gives it
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    seed: Option<PathBuf>,
    /// Without a seed: the demo company as it is, or with 35 tables
    #[arg(long, value_enum, default_value_t)]
    demo: DemoSize,
    /// Whether rate, penalty and quota are as Airtable's
    #[arg(long, visible_alias = "sandbox-limits", value_enum, default_value_t)]
    limits: Limits,
    /// Knobs to turn to begin with, as `PATCH /_sim/knobs` takes them
    #[arg(long, value_name = "JSON")]
    knobs: Option<String>,
    /// Draws ids and lots from this number, so that they come out the same each time
    #[arg(long, value_name = "NUMBER")]
    ids_seed: Option<u64>,
    /// How to say that it is ready
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl Airtable {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        telemetry::start(&Config::load(common.sources(Vec::new()).without_servers())?.log);
        let mut stop = StopRequests::listen()?;
        let knobs = self.knobs()?;
        let seed = self.seed()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let standing = Standing::listen(address, knobs, self.ids_seed).await?;
        standing.hold(seed)?;
        announce(&standing.reached(), self.output);
        standing.serve(stop.first()).await?;
        Ok(ExitCode::SUCCESS)
    }

    fn knobs(&self) -> Result<Knobs, Failure> {
        let knobs = self.limits.knobs();
        match &self.knobs {
            None => Ok(knobs),
            Some(text) => {
                let turned = serde_json::from_str(text).and_then(|by| knobs.turned(&by));
                turned.map_err(|error| Failure::misuse(format!("--knobs: {error}")))
            }
        }
    }

    fn seed(&self) -> Result<Seed, Failure> {
        match &self.seed {
            None => Ok(seed::demo(self.demo == DemoSize::Large)?),
            Some(file) => Ok(seed::parse(&std::fs::read(file)?)?),
        }
    }
}

fn announce(reached: &Reached, output: Output) {
    match output {
        Output::Table => print_line(&for_people(reached)),
        Output::Json => {
            if let Err(error) = print_json(reached) {
                tracing::error!(%error, "could not print the ready line");
            }
        }
    }
}

fn for_people(reached: &Reached) -> String {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    format!(
        "The stand-in for Airtable is ready; Ctrl-C stops it and what it holds is gone.\n\n  URL    {}\n  Token  {}\n  Base   {}\n",
        reached.airtable_url,
        or_none(&reached.token),
        or_none(&reached.base_id)
    )
}

//! `airtide what-if`: what the running code would make of the log.

use std::process::ExitCode;

use ::projections::runtime::rebuild::{lines, what_if};
use clap::{Args, Subcommand};

use super::common::{Common, Output, print_json, print_line};
use super::log::progress::Teller;
use super::projections::named;
use crate::failure::Failure;
use crate::wire;

#[derive(Subcommand)]
pub enum WhatIf {
    /// Make a read model anew with the running code, tell how it differs from the one in use, and drop it
    Projection(WhatIfProjection),
}

#[derive(Args)]
pub struct WhatIfProjection {
    /// As `airtide projections list` tells it
    name: String,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl WhatIf {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        match self {
            WhatIf::Projection(projection) => projection.run(common).await,
        }
    }
}

impl WhatIfProjection {
    async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let projection = named(&self.name)?;
        let log = wire::open_log(&config).await?;
        let mut teller = Teller::of("read", "events");
        let (url, reader) = (config.database.url()?.reveal(), log.reader());
        let made = what_if(url, &reader, projection, &mut |progress| teller.tell(progress)).await;
        log.close().await;
        let made = made?;
        match self.output {
            Output::Json => print_json(&made)?,
            Output::Table => lines(&made).iter().for_each(|line| print_line(line)),
        }
        Ok(if made.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

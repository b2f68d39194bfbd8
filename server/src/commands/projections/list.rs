//! `airtide projections list`: every read model, and how far it has come.

use std::process::ExitCode;

use ::projections::runtime::rebuild::{self, Seen};
use clap::Args;

use super::told::versions;
use crate::commands::common::{Common, ListOutput, print_json, print_table};
use crate::failure::Failure;

#[derive(Args)]
pub struct List {
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

impl List {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let url = config.database.url()?.reveal();
        let seen: Vec<Seen> = rebuild::list(url, ::projections::all()).await?;
        match self.output {
            ListOutput::Table => print_table(&versions(&seen)),
            ListOutput::Json => print_json(&seen)?,
            ListOutput::Ndjson => seen.iter().try_for_each(print_json)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

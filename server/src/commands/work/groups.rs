//! `airtide work groups`: what fails, together with what fails in the same way.

use std::process::ExitCode;

use clap::Args;

use super::choice::{self, Flags};
use super::rows;
use crate::commands::common::{Common, ListOutput, print_json, print_table};
use crate::failure::Failure;

#[derive(Args)]
pub struct Groups {
    #[command(flatten)]
    flags: Flags,
    /// No more groups than this, the largest first
    #[arg(long, value_name = "GROUPS", default_value_t = 50)]
    limit: usize,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

impl Groups {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let work = choice::open(&config).await?;
        let choice = self.flags.choice();
        let groups = work.groups(&choice, self.limit).await?;
        if groups.is_empty() {
            choice::check_names(&config, &choice).await?;
        }
        match self.output {
            ListOutput::Table => print_table(&rows::of_groups(&groups)),
            ListOutput::Json => print_json(&groups)?,
            ListOutput::Ndjson => groups.iter().try_for_each(print_json)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

//! `airtide sandbox`: stand-ins for the systems outside.

mod airtable;

use std::process::ExitCode;

use clap::Subcommand;

use super::common::Common;
use crate::failure::Failure;

#[derive(Subcommand)]
pub enum Sandbox {
    /// A server that behaves as Airtable's Web API, until Ctrl-C
    Airtable(airtable::Airtable),
}

impl Sandbox {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        match self {
            Sandbox::Airtable(airtable) => airtable.run(common).await,
        }
    }
}

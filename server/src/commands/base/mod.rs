//! `airtide base`: bases of tenants, as operators have to do with them.

mod load;

use std::process::ExitCode;

use clap::Subcommand;

use super::common::Common;
use crate::failure::Failure;

#[derive(Subcommand)]
pub enum Base {
    /// Make local bases of a seed file, with the ids that it gives
    Load(load::Load),
}

impl Base {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        match self {
            Base::Load(load) => load.run(common).await,
        }
    }
}

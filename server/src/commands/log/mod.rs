//! `airtide log`: what an operator does to the event log as a whole.

mod new_incarnation;

use std::process::ExitCode;

use clap::Subcommand;

use super::common::Common;
use crate::failure::Failure;

#[derive(Subcommand)]
pub enum Log {
    /// After a restore that lost events: make everybody forget the history before it
    NewIncarnation(new_incarnation::NewIncarnation),
}

impl Log {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        match self {
            Log::NewIncarnation(new_incarnation) => new_incarnation.run(common).await,
        }
    }
}

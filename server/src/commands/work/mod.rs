//! `airtide work`: what is owed to the outside, what keeps it from being done, and how it gets going again.

mod choice;
mod groups;
mod list;
mod rows;
mod show;

use std::process::ExitCode;

use clap::Subcommand;

use super::common::Common;
use crate::failure::Failure;

#[derive(Subcommand)]
pub enum Work {
    /// Work that fits what is asked for
    List(list::List),
    /// One piece of work whole: its event, and what became of every attempt
    Show(show::Show),
    /// What fails, together with what fails in the same way
    Groups(groups::Groups),
}

impl Work {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        match self {
            Work::List(list) => list.run(common).await,
            Work::Show(show) => show.run(common).await,
            Work::Groups(groups) => groups.run(common).await,
        }
    }
}

//! `airtide work`: what is owed to the outside, what keeps it from being done, and how it gets going again.

mod choice;
mod deed;
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
    /// Do work again that was set aside, with all its tries before it
    ///
    /// Flags mean parked work unless --state says otherwise: what will be tried again by itself is meant with --state later.
    Retry(deed::Retry),
    /// Let work go; what is behind it goes on
    ///
    /// Flags mean parked and unknown work unless --state says otherwise.
    Discard(deed::Discard),
    /// Set work aside, with what is behind it
    ///
    /// Flags mean work in the states open and later unless --state says otherwise.
    Park(deed::Park),
}

impl Work {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        match self {
            Work::List(list) => list.run(common).await,
            Work::Show(show) => show.run(common).await,
            Work::Groups(groups) => groups.run(common).await,
            Work::Retry(retry) => retry.run(common).await,
            Work::Discard(discard) => discard.run(common).await,
            Work::Park(park) => park.run(common).await,
        }
    }
}

//! `airtide projections`: read models, and what an operator does to them while the system runs.

mod drop;
mod list;
mod rebuild;
mod show;
pub mod told;

use std::process::ExitCode;

use ::projections::Projection;
use clap::Subcommand;

use super::common::Common;
use crate::failure::Failure;

#[derive(Subcommand)]
pub enum Projections {
    /// Every read model, its version and how far it has come
    List(list::List),
    /// One read model: its versions, tables, and what is set aside of it
    Show(show::Show),
    /// Make a read model anew beside the one in use, compare the two, switch to the new one
    Rebuild(rebuild::Rebuild),
    /// Drop what of a read model is not in use
    Drop(drop::Drop),
}

impl Projections {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        match self {
            Projections::List(list) => list.run(common).await,
            Projections::Show(show) => show.run(common).await,
            Projections::Rebuild(rebuild) => rebuild.run(common).await,
            Projections::Drop(drop) => drop.run(common).await,
        }
    }
}

/// Intakes of workers have no place here: made anew they would repeat their effects.
pub fn named(name: &str) -> Result<&'static dyn Projection, Failure> {
    let all = ::projections::all();
    let found = all.iter().copied().find(|projection| projection.name() == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|projection| projection.name()).collect();
        Failure::missing(format!("there is no read model {name}; there are {}", names.join(", ")))
    })
}

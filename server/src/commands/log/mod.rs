//! `airtide log`: what an operator does to the event log as a whole.

pub mod event_told;
mod export;
pub mod filters;
mod import;
mod lines;
mod new_incarnation;
pub mod progress;
mod read;
mod show;
mod state;
mod stats;
mod tail;
pub mod trace;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

use super::common::Common;
use crate::failure::Failure;

#[derive(Subcommand)]
pub enum Log {
    /// After a restore that lost events: make everybody forget the history before it
    NewIncarnation(new_incarnation::NewIncarnation),
    /// Recompute digests, chain, positions and versions, and compare them with what was signed
    Verify(verify::Verify),
    /// Events that fit what is asked for, from either end
    Read(read::Read),
    /// Events as they are recorded, until it is interrupted
    Tail(tail::Tail),
    /// One event whole: its batch, its digest, what caused it and what it caused
    Show(show::Show),
    /// How much there is in the log
    Stats(stats::Stats),
    /// What something was, at any moment, and how it differs from what it was at another
    State(state::State),
    /// Everything that one command brought about, near or far, and how long each step took
    Trace(trace::Trace),
    /// Write the log, or the events of one tenant, into a folder
    Export(export::Export),
    /// Bring an exported log into an empty database
    Import(import::Import),
}

impl Log {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        match self {
            Log::NewIncarnation(new_incarnation) => new_incarnation.run(common).await,
            Log::Verify(verify) => verify.run(common).await,
            Log::Read(read) => read.run(common).await,
            Log::Tail(tail) => tail.run(common).await,
            Log::Show(show) => show.run(common).await,
            Log::Stats(stats) => stats.run(common).await,
            Log::State(state) => state.run(common).await,
            Log::Trace(trace) => trace.run(common).await,
            Log::Export(export) => export.run(common).await,
            Log::Import(import) => import.run(common).await,
        }
    }
}

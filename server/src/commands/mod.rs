//! The subcommands of `airtide`, one file each. stdout is data, stderr is talk; exit codes: 0 done, 1 failed,
//! 2 misused, 3 not found, 4 not possible as things are or not agreed to, 5 the database cannot be reached, 6 some was left
//! alone, 10 `doctor` found problems.

mod acting;
mod base;
mod check;
mod common;
mod config;
mod creds;
mod dev;
mod doctor;
mod erase;
mod keys;
mod log;
mod migrate;
mod ops;
mod projections;
mod replay;
mod sandbox;
mod serve;
mod what_if;
mod work;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::runtime;
use crate::telemetry;
use common::Common;

#[derive(Parser)]
#[command(name = "airtide", version, about = "The event-sourced backend for Airtable work")]
struct Airtide {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything on this machine, with private Postgres and NATS servers
    Dev(dev::Dev),
    /// Serve one or several roles on an existing database
    Serve(serve::Serve),
    /// Bring the database to the tables of this version, or say how far it is
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// Bases of tenants
    #[command(subcommand)]
    Base(base::Base),
    /// The event log as a whole
    #[command(subcommand)]
    Log(log::Log),
    /// Operating the platform over HTTP
    #[command(subcommand)]
    Ops(ops::Ops),
    /// Read models: how far they are, and making them anew while the system runs
    #[command(subcommand)]
    Projections(projections::Projections),
    /// What the running code would make of the log, beside what is in use; nothing of it stays
    #[command(subcommand)]
    WhatIf(what_if::WhatIf),
    /// What is owed to the outside: what fails, and how it gets going again
    #[command(subcommand)]
    Work(work::Work),
    /// Give events of the past to a worker again; what was done is not done again
    Replay(replay::Replay),
    /// Erase a person: destroy their keys, end what is theirs, and prove that nothing is left
    Erase(erase::Erase),
    /// Stand-ins for the systems outside, for developing and testing
    #[command(subcommand)]
    Sandbox(sandbox::Sandbox),
    /// Keys and passwords, drawn for one deployment
    #[command(subcommand)]
    Creds(creds::Creds),
    /// The keys that wrap what is secret in the database, and those that sign access tokens
    #[command(subcommand)]
    Keys(keys::Keys),
    /// The configuration in force
    #[command(subcommand)]
    Config(config::Config),
    /// Look for problems and say how to fix them
    Doctor(doctor::Doctor),
    /// Hold everything that is stored against what must always be so
    Check(check::Check),
}

pub fn run() -> ExitCode {
    let airtide = Airtide::parse();
    let outcome = start_runtime().and_then(|runtime| runtime.block_on(airtide.run_and_tell()));
    outcome.unwrap_or_else(|failure| failure.report())
}

fn start_runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(runtime::start()?)
}

impl Airtide {
    async fn run_and_tell(self) -> Result<ExitCode, Failure> {
        let outcome = self.run().await;
        telemetry::stop().await;
        outcome
    }

    async fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Dev(dev) => dev.run(self.common).await,
            Command::Serve(serve) => serve.run(self.common).await,
            Command::Migrate(migrate) => migrate.run(self.common).await,
            Command::Base(base) => base.run(self.common).await,
            Command::Log(log) => log.run(self.common).await,
            Command::Ops(ops) => ops.run(self.common),
            Command::Projections(projections) => projections.run(self.common).await,
            Command::WhatIf(what_if) => what_if.run(self.common).await,
            Command::Work(work) => work.run(self.common).await,
            Command::Replay(replay) => replay.run(self.common).await,
            Command::Erase(erase) => erase.run(self.common).await,
            Command::Sandbox(sandbox) => sandbox.run(self.common).await,
            Command::Creds(creds) => creds.run(self.common),
            Command::Keys(keys) => keys.run(self.common).await,
            Command::Config(config) => config.run(self.common),
            Command::Doctor(doctor) => doctor.run(self.common).await,
            Command::Check(check) => check.run(self.common).await,
        }
    }
}

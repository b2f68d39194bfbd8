//! `airtide creds`: draws what a deployment keeps secret, into files that only their owner reads.

mod generate;
mod nats;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use eventstore::keys::KeyFault;

use super::common::Common;
use crate::dev::write_private;
use crate::failure::Failure;

#[derive(Subcommand)]
pub enum Creds {
    /// Everything that a deployment needs: keys, a login for the database, accounts of the NATS server
    Generate(generate::Generate),
    /// Accounts and users for a NATS server, each with no more rights than its role needs
    Nats(nats::Nats),
}

#[derive(Debug, thiserror::Error)]
enum CredsFailed {
    #[error("{} is there already; --replace draws new passwords, which the server and every node then need", .0.display())]
    Exists(PathBuf),
    #[error("{} is there already, and nothing of it is replaced: what is in it may be in use", .0.display())]
    Kept(PathBuf),
    #[error("{} cannot be written", .0.display())]
    Unwritable(PathBuf, #[source] io::Error),
    #[error("no password can be drawn")]
    Undrawn(#[source] io::Error),
    #[error("a key cannot be made")]
    Key(#[from] KeyFault),
}

impl Creds {
    pub fn run(self, common: Common) -> Result<ExitCode, Failure> {
        common.load(Vec::new())?;
        match self {
            Creds::Generate(generate) => generate.run(),
            Creds::Nats(nats) => nats.run(),
        }
    }
}

fn write(file: &Path, text: &str) -> Result<(), CredsFailed> {
    write_private(file, text).map_err(|error| CredsFailed::Unwritable(file.to_owned(), error))
}

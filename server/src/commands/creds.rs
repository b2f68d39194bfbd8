//! `airtide creds`: draws the passwords of servers that Airtide uses, into files that only their owner reads.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use super::common::{Common, print_line, print_table};
use crate::dev::write_private;
use crate::failure::Failure;
use crate::nats_accounts::{USERS, configuration};
use crate::password;

const ACCOUNTS: &str = "accounts.conf";

#[derive(Subcommand)]
pub enum Creds {
    /// Accounts and users for a NATS server, each with no more rights than its role needs
    Nats {
        /// Where the files go
        #[arg(long, value_name = "DIR", default_value = "deploy/nats")]
        dir: PathBuf,
        /// Host and port of the server, as its users reach it
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4222")]
        server: String,
        /// Draw new passwords although there are some
        #[arg(long)]
        replace: bool,
    },
}

#[derive(Debug, thiserror::Error)]
enum CredsFailed {
    #[error("{} is there already; --replace draws new passwords, which the server and every node then need", .0.display())]
    Exists(PathBuf),
    #[error("{} cannot be written", .0.display())]
    Unwritable(PathBuf, #[source] io::Error),
    #[error("no password can be drawn")]
    Undrawn(#[source] io::Error),
}

impl Creds {
    pub fn run(self, common: Common) -> Result<ExitCode, Failure> {
        common.load(Vec::new())?;
        let Creds::Nats { dir, server, replace } = self;
        let files = nats(&dir, &server, replace)?;
        print_line(&format!("Let the server include {} and start it again.", dir.join(ACCOUNTS).display()));
        print_line("Each file below holds an address with its password, for NATS_URL_FILE:");
        print_table(&files);
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes everything; says which file is for whom.
fn nats(dir: &Path, server: &str, replace: bool) -> Result<Vec<Vec<String>>, CredsFailed> {
    let accounts = dir.join(ACCOUNTS);
    if accounts.exists() && !replace {
        return Err(CredsFailed::Exists(accounts));
    }
    fs::create_dir_all(dir).map_err(|error| CredsFailed::Unwritable(dir.to_owned(), error))?;
    let mut passwords = Vec::new();
    let mut files = Vec::new();
    for user in USERS {
        let password = password::draw().map_err(CredsFailed::Undrawn)?;
        let file = dir.join(format!("{}.url", user.name));
        write(&file, &format!("nats://{}:{password}@{server}\n", user.name))?;
        files.push(vec![file.display().to_string(), user.used_by.to_owned()]);
        passwords.push((user.name, password));
    }
    let drawn = |name: &str| passwords.iter().find(|(user, _)| *user == name).map(|(_, drawn)| drawn.clone());
    // Last, so that it is there only when all others are.
    write(&accounts, &configuration(|user| drawn(user.name).unwrap_or_default()))?;
    Ok(files)
}

fn write(file: &Path, text: &str) -> Result<(), CredsFailed> {
    write_private(file, text).map_err(|error| CredsFailed::Unwritable(file.to_owned(), error))
}

//! `airtide creds nats`: the passwords of the users of a NATS server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{CredsFailed, write};
use crate::commands::common::{print_line, print_table};
use crate::failure::Failure;
use crate::nats_accounts::{USERS, configuration};
use crate::password;

const ACCOUNTS: &str = "accounts.conf";

#[derive(Args)]
pub struct Nats {
    /// Where the files go
    #[arg(long, value_name = "DIR", default_value = "deploy/nats")]
    dir: PathBuf,
    /// Host and port of the server, as its users reach it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4222")]
    server: String,
    /// Draw new passwords although there are some
    #[arg(long)]
    replace: bool,
}

impl Nats {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let Nats { dir, server, replace } = self;
        let files = draw(&dir, &server, replace)?;
        print_line(&format!("Let the server include {} and start it again.", dir.join(ACCOUNTS).display()));
        print_line("Each file below holds an address with its password, for NATS_URL_FILE:");
        print_table(&files);
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes everything; says which file is for whom.
pub(super) fn draw(dir: &Path, server: &str, replace: bool) -> Result<Vec<Vec<String>>, CredsFailed> {
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

//! `airtide creds generate`: everything secret that a new deployment needs, drawn for it alone.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use eventstore::keys;

use super::{CredsFailed, nats, write};
use crate::commands::common::{print_line, print_table};
use crate::failure::Failure;
use crate::password;

/// The login and the database that the program has for itself.
const LOGIN: &str = "airtide";

#[derive(Args)]
pub struct Generate {
    /// A folder that is not there yet
    #[arg(long, value_name = "DIR", default_value = ".airtide/credentials")]
    dir: PathBuf,
    /// Host and port of Postgres, as the nodes reach it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5432")]
    postgres: String,
    /// Host and port of the NATS server, as the nodes reach it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4222")]
    nats: String,
}

impl Generate {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let dir = std::path::absolute(&self.dir)?;
        // Written beside its place and moved there: it is whole, or it is not there.
        let draft = dir.with_extension("draft");
        if dir.exists() {
            return Err(Failure::conflict(CredsFailed::Kept(dir).to_string()));
        }
        let unwritable = |error| CredsFailed::Unwritable(draft.clone(), error);
        remove(&draft).map_err(unwritable)?;
        private_folder(&draft)?;
        self.draw(&draft, &dir)?;
        fs::rename(&draft, &dir).map_err(unwritable)?;
        print_table(&told(&dir));
        print_line(
            "Keep a copy of the folder keys apart from the dumps of the database: docs/operations/keys.md",
        );
        Ok(ExitCode::SUCCESS)
    }

    fn draw(&self, draft: &Path, dir: &Path) -> Result<(), CredsFailed> {
        private_folder(&draft.join("keys"))?;
        keys::make_all(&draft.join("keys"))?;
        private_folder(&draft.join("nats"))?;
        nats::draw(&draft.join("nats"), &self.nats, false)?;
        let password = password::draw().map_err(CredsFailed::Undrawn)?;
        let url = format!("postgres://{LOGIN}:{password}@{}/{LOGIN}\n", self.postgres);
        write(&draft.join("database.url"), &url)?;
        write(&draft.join("database.sql"), &login(&password))?;
        write(&draft.join("airtide.env"), &environment(dir))
    }
}

/// What makes the login and its database, as `docs/operations/database.md` has it.
fn login(password: &str) -> String {
    format!(
        "create role {LOGIN} login createrole password '{password}';\ncreate database {LOGIN} owner {LOGIN};\n"
    )
}

/// Where everything is; nothing of it is secret.
fn environment(dir: &Path) -> String {
    let dir = dir.display();
    format!(
        "DATABASE_URL_FILE={dir}/database.url\nNATS_URL_FILE={dir}/nats/serve.url\nAIRTIDE__KEYS__DIR={dir}/keys\n"
    )
}

fn told(dir: &Path) -> Vec<Vec<String>> {
    let files = [
        ("airtide.env", "where everything is, as variables for every node"),
        ("keys", "the keys: the same on every node"),
        ("database.sql", "makes the login and the database: psql -f, once, then delete it"),
        ("database.url", "the address of the database, for DATABASE_URL_FILE"),
        ("nats/accounts.conf", "for the NATS server to include"),
        ("nats", "an address for each user of NATS: docs/operations/relay.md"),
    ];
    files.map(|(name, what_for)| vec![dir.join(name).display().to_string(), what_for.to_owned()]).to_vec()
}

fn private_folder(folder: &Path) -> Result<(), CredsFailed> {
    let making = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    making.map_err(|error| CredsFailed::Unwritable(folder.to_owned(), error))
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

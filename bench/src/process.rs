//! This program again, as a process that goes on in the background: `airtide serve` as it is, or the floor of a stream.
//! What it warns of is passed on to stderr.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use server::dev::nats::PrivateNats;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

use crate::Outcome;
use crate::cluster::Database;

/// How a process that listens says so.
pub const LISTENING: &str = "listening on http://";
/// How a process that projects says so.
const PROJECTING: &str = "projecting";
const PATIENCE: Duration = Duration::from_secs(30);

/// Ended when it is dropped.
pub struct Background {
    child: Child,
    /// What followed the words that were waited for.
    said: String,
}

impl Background {
    /// The API with its projections beside it, or without.
    pub async fn serve(database: &Database, with_projections: bool) -> Outcome<Self> {
        let roles = if with_projections { "api,projections" } else { "api" };
        Self::start(airtide(database, roles)?, LISTENING).await
    }

    /// Every role in one process, with a broker.
    pub async fn serve_all(database: &Database, nats: &PrivateNats) -> Outcome<Self> {
        Self::serve_all_with(database, nats, &[]).await
    }

    pub async fn serve_all_with(
        database: &Database,
        nats: &PrivateNats,
        settings: &[(&str, &str)],
    ) -> Outcome<Self> {
        let mut airtide = airtide(database, "all")?;
        airtide.env("NATS_URL", nats.url()).envs(settings.iter().copied());
        Self::start(airtide, LISTENING).await
    }

    pub async fn project(database: &Database) -> Outcome<Self> {
        Self::start(airtide(database, "projections")?, PROJECTING).await
    }

    pub async fn start(mut command: Command, ready: &str) -> Outcome<Self> {
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut talk = BufReader::new(child.stderr.take().ok_or("stderr is piped")?).lines();
        let said = timeout(PATIENCE, until(&mut talk, ready)).await??;
        // Read for as long as there is something, so that the process never waits for its reader.
        tokio::spawn(async move { while let Ok(Some(_)) = next(&mut talk).await {} });
        Ok(Self { child, said })
    }

    pub fn address(&self) -> Outcome<SocketAddr> {
        Ok(self.said.trim().parse()?)
    }

    /// At once: nothing that it still does is wanted.
    pub async fn end(mut self) -> Outcome<()> {
        Ok(self.child.kill().await?)
    }
}

pub fn this_program() -> Outcome<Command> {
    Ok(Command::new(std::env::current_exe()?))
}

/// Everybody comes from one address, and asks for as much as there is. The limits count all the same.
const UNLIMITED: [&str; 12] = [
    "ANONYMOUS_PER_MINUTE",
    "WRONG_CREDENTIALS_PER_MINUTE",
    "PRINCIPAL_PER_SECOND",
    "PRINCIPAL_BURST",
    "TENANT_PER_SECOND",
    "TENANT_BURST",
    "LOGIN_PER_MINUTE",
    "LOGIN_BURST",
    "LOGIN_PER_ADDRESS_PER_MINUTE",
    "LOGIN_FAILURES_PER_HOUR",
    "REGISTER_PER_HOUR",
    "REFRESH_PER_FIVE_MINUTES",
];
const PLENTY: &str = "1000000";

/// In a folder without a configuration file; the address is any free one.
fn airtide(database: &Database, roles: &str) -> Outcome<Command> {
    let keys = database.keys.path();
    let mut command = this_program()?;
    command
        .args(["serve", "--roles", roles, "--listen", "127.0.0.1:0"])
        .current_dir(keys)
        .env("DATABASE_URL", &database.url)
        .env("AIRTIDE__KEYS__DIR", keys)
        .env("AIRTIDE__HTTP__METRICS_LISTEN", "off")
        .envs(UNLIMITED.map(|name| (format!("AIRTIDE__LIMITS__{name}"), PLENTY)))
        .env_remove("NATS_URL");
    Ok(command)
}

async fn until(talk: &mut Lines<BufReader<ChildStderr>>, ready: &str) -> Outcome<String> {
    let mut seen = String::new();
    while let Some(line) = next(talk).await? {
        if let Some((_, said)) = line.split_once(ready) {
            return Ok(said.to_owned());
        }
        seen = line;
    }
    Err(format!("a process ended before it was ready: {seen}").into())
}

async fn next(talk: &mut Lines<BufReader<ChildStderr>>) -> std::io::Result<Option<String>> {
    let line = talk.next_line().await?;
    if let Some(line) = line.as_ref().filter(|line| line.contains(" WARN ") || line.contains(" ERROR ")) {
        eprintln!("{line}");
    }
    Ok(line)
}

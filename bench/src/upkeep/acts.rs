//! What an operator does meanwhile, with the commands that an operator has.

use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use server::dev::nats::PrivateNats;
use tokio::time::{Instant, sleep_until};

use crate::cluster::Database;
use crate::connection::{Connection, request};
use crate::people::Account;
use crate::process::this_program;
use crate::{Outcome, workspace};

/// Between the beginnings of two of a kind.
const ERASES_EVERY: Duration = Duration::from_secs(5);
const WRAPS_ANEW_EVERY: Duration = Duration::from_secs(30);
const SIGNS_ANEW_EVERY: Duration = Duration::from_secs(60);
const CHECKS_EVERY: Duration = Duration::from_secs(20);

/// Microseconds that each took, sorted.
pub type Times = Vec<u32>;

/// Commands on the installation that is under load.
pub struct Airtide<'a> {
    database: &'a Database,
    nats_url: String,
    server: SocketAddr,
}

impl<'a> Airtide<'a> {
    pub fn new(database: &'a Database, nats: &PrivateNats, server: SocketAddr) -> Self {
        Self { database, nats_url: nats.url().to_owned(), server }
    }

    /// Ends with 0, or the bench ends.
    pub async fn run(&self, arguments: &[&str]) -> Outcome<()> {
        let keys = self.database.keys.path();
        let mut command = this_program()?;
        command.args(arguments).current_dir(keys).stdin(Stdio::null()).kill_on_drop(true);
        command.env("DATABASE_URL", &self.database.url).env("AIRTIDE__KEYS__DIR", keys);
        let output = command.env("NATS_URL", &self.nats_url).output().await?;
        if output.status.success() {
            return Ok(());
        }
        let (said, talk) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Err(format!("airtide {} ended with {}: {said}{talk}", arguments.join(" "), output.status).into())
    }
}

/// Somebody registers, works, is erased, and is gone: the proof looks for their names in all that is stored.
pub async fn erase(airtide: &Airtide<'_>, until: Instant) -> Outcome<Times> {
    let texts = airtide.database.keys.path().join("texts");
    let mut number = 0;
    again_and_again(ERASES_EVERY, until, async || {
        number += 1;
        let name = format!("leaver{number}");
        let mut connection = Connection::open(airtide.server).await?;
        let leaver = Account::register(&mut connection, &name).await?;
        let token = leaver.sign_in(&mut connection, &leaver.tenant).await?;
        let create = request("POST", "/v1/workspaces", Some(&token), Some(&workspace::body("Mine")?));
        connection.send(&create, 201).await?;
        fs::write(&texts, format!("{name}\n{name}@example.org\n"))?;
        let texts = texts.to_str().ok_or("a path that is no text")?;
        let begun = Instant::now();
        let who = ["erase", "--subject", &leaver.user, "--texts", texts, "--reason", "bench", "--yes"];
        airtide.run(&who).await?;
        let took = begun.elapsed();
        // The other connection may have been idle for too long.
        Connection::open(airtide.server).await?.send(&leaver.login(), 401).await?;
        Ok(took)
    })
    .await
}

/// The next key is made and put in use, everything is wrapped anew, and the one before it is retired.
pub async fn rotate_wrapping(airtide: &Airtide<'_>, until: Instant) -> Outcome<Times> {
    let mut number = 1;
    again_and_again(WRAPS_ANEW_EVERY, until, async || {
        let (old, new) = (number.to_string(), (number + 1).to_string());
        let begun = Instant::now();
        airtide.run(&["keys", "add", "--reason", "bench"]).await?;
        airtide.run(&["keys", "use", &new, "--reason", "bench"]).await?;
        airtide.run(&["keys", "rewrap", "--reason", "bench"]).await?;
        airtide.run(&["keys", "retire", &old, "--reason", "bench"]).await?;
        number += 1;
        Ok(begun.elapsed())
    })
    .await
}

pub async fn rotate_signing(airtide: &Airtide<'_>, until: Instant) -> Outcome<Times> {
    again_and_again(SIGNS_ANEW_EVERY, until, async || {
        let begun = Instant::now();
        airtide.run(&["keys", "rotate-signing", "--now", "--reason", "bench"]).await?;
        Ok(begun.elapsed())
    })
    .await
}

pub async fn check(airtide: &Airtide<'_>, until: Instant) -> Outcome<Times> {
    again_and_again(CHECKS_EVERY, until, async || {
        let begun = Instant::now();
        airtide.run(&["check"]).await?;
        Ok(begun.elapsed())
    })
    .await
}

/// At a steady pace, or without a pause where one takes longer.
async fn again_and_again(
    every: Duration,
    until: Instant,
    mut act: impl AsyncFnMut() -> Outcome<Duration>,
) -> Outcome<Times> {
    let mut took = Vec::new();
    let mut due = Instant::now();
    while due < until {
        sleep_until(due).await;
        took.push(act().await?.as_micros() as u32);
        due = (due + every).max(Instant::now());
    }
    took.sort_unstable();
    Ok(took)
}

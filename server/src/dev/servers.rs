//! The servers of one instance: ours, started and stopped with it, or somebody's that a variable names.

use std::thread;

use super::error::DevError;
use super::folder::{Folder, Home};
use super::nats::{self, NatsOptions, PrivateNats};
use super::postgres::{self, PostgresOptions, PrivatePostgres};

const DATABASE_VARIABLE: &str = "AIRTIDE_DEV_DATABASE_URL";
const NATS_VARIABLE: &str = "AIRTIDE_DEV_NATS_URL";

/// Dropped in the order of the fields: NATS stops first, Postgres last.
pub struct Servers {
    nats: Source<PrivateNats>,
    postgres: Source<PrivatePostgres>,
}

enum Source<Server> {
    Ours(Server),
    Theirs { url: String },
}

impl Servers {
    /// Blocks until both answer. They start at the same time.
    pub fn start(folder: &Folder) -> Result<Servers, DevError> {
        thread::scope(|scope| {
            let nats = scope.spawn(|| start_nats(folder));
            let postgres = start_postgres(folder);
            let nats = nats.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Ok(Servers { postgres: postgres?, nats: nats? })
        })
    }

    pub fn database_url(&self) -> String {
        match &self.postgres {
            Source::Ours(postgres) => postgres.url(),
            Source::Theirs { url } => url.clone(),
        }
    }

    pub fn nats_url(&self) -> String {
        match &self.nats {
            Source::Ours(nats) => nats.url(),
            Source::Theirs { url } => url.clone(),
        }
    }

    pub fn postgres_pid(&self) -> Option<u32> {
        self.postgres.ours().map(PrivatePostgres::pid)
    }

    pub fn nats_pid(&self) -> Option<u32> {
        self.nats.ours().map(PrivateNats::pid)
    }

    /// Says which of our servers has ended, if one has; never waits.
    pub fn ended(&mut self) -> Option<DevError> {
        let postgres = self.postgres.ours_mut().and_then(|postgres| postgres.process().unexpected_end());
        postgres.or_else(|| self.nats.ours_mut().and_then(|nats| nats.process().unexpected_end()))
    }
}

impl<Server> Source<Server> {
    fn ours(&self) -> Option<&Server> {
        match self {
            Source::Ours(server) => Some(server),
            Source::Theirs { .. } => None,
        }
    }

    fn ours_mut(&mut self) -> Option<&mut Server> {
        match self {
            Source::Ours(server) => Some(server),
            Source::Theirs { .. } => None,
        }
    }
}

fn start_postgres(folder: &Folder) -> Result<Source<PrivatePostgres>, DevError> {
    if let Some(url) = explicit(DATABASE_VARIABLE) {
        return Ok(Source::Theirs { url });
    }
    let home = Home::Kept(folder.path().join(postgres::FOLDER));
    let options = PostgresOptions { home, throw_away: folder.is_ephemeral(), ..Default::default() };
    PrivatePostgres::start(&options).map(Source::Ours)
}

fn start_nats(folder: &Folder) -> Result<Source<PrivateNats>, DevError> {
    if let Some(url) = explicit(NATS_VARIABLE) {
        return Ok(Source::Theirs { url });
    }
    let home = Home::Kept(folder.path().join(nats::FOLDER));
    PrivateNats::start(&NatsOptions { home, ..Default::default() }).map(Source::Ours)
}

fn explicit(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|url| !url.is_empty())
}

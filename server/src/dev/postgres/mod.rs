//! A private PostgreSQL server: found on this machine, on a loopback port of its own, stopped with us.
//!
//! As durable as production, so that what is measured and tortured here is true there.

mod initialize;
mod place;
mod settings;

use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::account::Account;
use super::error::DevError;
use super::find;
use super::folder::Home;
use super::leftover;
use super::process::{ServerProcess, StopSteps};
use super::server_home::ServerHome;
use place::Place;

pub const FOLDER: &str = "postgres";
pub const SUPERUSER: &str = "postgres";
pub const DATABASE: &str = "airtide";

/// SIGINT is Postgres' "fast" stop, SIGQUIT its "immediate" one; SIGTERM would wait for every client to leave.
const STOP_STEPS: StopSteps =
    &[(Signal::SIGINT, Duration::from_secs(10)), (Signal::SIGQUIT, Duration::from_secs(5))];

#[derive(Clone, Debug, Default)]
pub struct PostgresOptions {
    pub home: Home,
    /// The data ends with this process: making it need not wait for the disk. An ephemeral home implies it.
    pub throw_away: bool,
    /// Lines of `postgresql.conf` that win over the usual ones.
    pub settings: Vec<(String, String)>,
    /// What its server finds in its environment beside what we find in ours.
    pub variables: Vec<(String, String)>,
}

/// Stops the server when dropped, and deletes the data if the home is ephemeral.
pub struct PrivatePostgres {
    process: ServerProcess,
    place: Place,
    port: u16,
    /// Last, so that the folder is deleted after the server has stopped.
    _home: ServerHome,
}

impl PrivatePostgres {
    /// Blocks until the server answers, or says why it does not.
    pub fn start(options: &PostgresOptions) -> Result<PrivatePostgres, DevError> {
        let account = Account::for_servers()?;
        let programs = find::postgres_programs(account.as_ref())?;
        let home = ServerHome::open(&options.home, FOLDER, account.as_ref())?;
        let place = Place::prepare(home.path(), programs, account, options)?;
        let (process, port) = place.launch()?;
        Ok(PrivatePostgres { process, place, port, _home: home })
    }

    /// The superuser's address, for operators and tests; the program itself signs in with less.
    pub fn url(&self) -> String {
        let password = &self.place.password;
        format!("postgres://{SUPERUSER}:{password}@127.0.0.1:{}/{DATABASE}", self.port)
    }

    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn data_dir(&self) -> &Path {
        &self.place.data
    }

    pub fn log(&self) -> &Path {
        self.process.log()
    }

    pub fn process(&mut self) -> &mut ServerProcess {
        &mut self.process
    }

    pub fn stop(self) {
        drop(self);
    }

    /// SIGKILL to the postmaster, as if the machine had taken it away; `start_again` brings it back.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts again on the same data and, while it is free, the same port; stops the server first if it runs.
    pub fn start_again(&mut self) -> Result<(), DevError> {
        self.process.stop();
        (self.process, self.port) = self.place.launch()?;
        Ok(())
    }
}

/// Stops a server that a killed run left in `folder`.
pub fn stop_leftover(folder: &Path) -> Result<(), DevError> {
    let data = folder.join("data");
    leftover::stop_leftover(&data.join("postmaster.pid"), &data, STOP_STEPS)
}

//! A private NATS server with JetStream: found on this machine, on loopback ports of its own, stopped with us.

mod health;
mod place;

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
use place::{Place, Ports};

pub const FOLDER: &str = "nats";
/// Whom a process with every role logs in as.
const USER: &str = "serve";
const STOP_STEPS: StopSteps = &[(Signal::SIGTERM, Duration::from_secs(10))];

#[derive(Clone, Debug, Default)]
pub struct NatsOptions {
    pub home: Home,
    pub doors: Doors,
}

/// Who may connect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Doors {
    /// The users of `airtide creds nats`, by their password.
    #[default]
    Accounts,
    /// Anybody: as servers come out of the box.
    Open,
}

/// Stops the server when dropped, and deletes the data if the home is ephemeral.
pub struct PrivateNats {
    process: ServerProcess,
    place: Place,
    ports: Ports,
    _home: ServerHome,
}

impl PrivateNats {
    /// Blocks until JetStream is healthy, or says why it is not.
    pub fn start(options: &NatsOptions) -> Result<PrivateNats, DevError> {
        let account = Account::for_servers()?;
        let program = find::nats_server(account.as_ref())?;
        let home = ServerHome::open(&options.home, FOLDER, account.as_ref())?;
        let place = Place::prepare(home.path(), program, account, options.doors)?;
        let (process, ports) = place.launch()?;
        Ok(PrivateNats { process, place, ports, _home: home })
    }

    pub fn url(&self) -> String {
        self.url_of(USER)
    }

    /// As one of the users of `airtide creds nats`; here they share a password.
    pub fn url_of(&self, user: &str) -> String {
        format!("nats://{user}:{}@127.0.0.1:{}", self.place.password, self.ports.client)
    }

    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    pub fn port(&self) -> u16 {
        self.ports.client
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

    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts again on the same data and, while they are free, the same ports; stops the server first if it runs.
    pub fn start_again(&mut self) -> Result<(), DevError> {
        self.process.stop();
        (self.process, self.ports) = self.place.launch()?;
        Ok(())
    }
}

/// Stops a server that a killed run left in `folder`.
pub fn stop_leftover(folder: &Path) -> Result<(), DevError> {
    leftover::stop_leftover(&folder.join("data/server.pid"), &folder.join("nats.conf"), STOP_STEPS)
}

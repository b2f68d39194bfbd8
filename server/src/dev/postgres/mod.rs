//! A private PostgreSQL server: found on this machine, on a loopback port of its own, stopped with us.
//!
//! As durable as production, so that what is measured and tortured here is true there.

mod initialize;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::account::Account;
use super::error::DevError;
use super::find;
use super::folder::{Home, create_passable};
use super::leftover;
use super::patience::retry_while;
use super::ports::free_port;
use super::process::{ServerProcess, StopSteps};
use super::remembered::Remembered;
use super::server_home::ServerHome;

pub const FOLDER: &str = "postgres";
pub const SUPERUSER: &str = "postgres";
pub const DATABASE: &str = "airtide";

const READY_WITHIN: Duration = Duration::from_secs(30);
/// SIGINT is Postgres' "fast" stop, SIGQUIT its "immediate" one; SIGTERM would wait for every client to leave.
const STOP_STEPS: StopSteps = &[
    (Signal::SIGINT, Duration::from_secs(10)),
    (Signal::SIGQUIT, Duration::from_secs(5)),
];

#[derive(Clone, Debug, Default)]
pub struct PostgresOptions {
    pub home: Home,
    /// Lines of `postgresql.conf` that win over the usual ones.
    pub settings: Vec<(String, String)>,
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
        let place = Place::prepare(home.path(), programs, account, &options.settings)?;
        let (process, port) = place.launch()?;
        Ok(PrivatePostgres {
            process,
            place,
            port,
            _home: home,
        })
    }

    /// The superuser's address, for operators and tests; the program itself signs in with less.
    pub fn url(&self) -> String {
        let password = &self.place.password;
        format!(
            "postgres://{SUPERUSER}:{password}@127.0.0.1:{}/{DATABASE}",
            self.port
        )
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

/// Everything a start needs, ready for one start after another.
struct Place {
    programs: PathBuf,
    account: Option<Account>,
    data: PathBuf,
    settings_file: PathBuf,
    log: PathBuf,
    memory: PathBuf,
    password: String,
}

impl Place {
    fn prepare(
        folder: &Path,
        programs: PathBuf,
        account: Option<Account>,
        settings: &[(String, String)],
    ) -> Result<Place, DevError> {
        create_passable(folder)?;
        stop_leftover(folder)?;
        let memory = folder.join("remembered.json");
        let remembered = Remembered::load(&memory)?;
        let place = Place {
            programs,
            account,
            data: folder.join("data"),
            settings_file: folder.join("postgresql.conf"),
            log: folder.join("server.log"),
            memory,
            password: remembered.password.clone(),
        };
        if !place.data.exists() {
            remembered.save(&place.memory)?;
            place.initialize()?;
        }
        settings::write(&place.settings_file, settings)?;
        Ok(place)
    }

    /// Tries again while the port or the shared memory of a killed predecessor is still in use.
    fn launch(&self) -> Result<(ServerProcess, u16), DevError> {
        retry_while(READY_WITHIN, DevError::is_still_in_use, || self.launch_once())
    }

    fn launch_once(&self) -> Result<(ServerProcess, u16), DevError> {
        let mut remembered = Remembered::load(&self.memory)?;
        let port = free_port(remembered.ports.first().copied())?;
        remembered.ports = vec![port];
        remembered.save(&self.memory)?;
        let account = self.account.as_ref();
        let mut process =
            ServerProcess::start("postgres", self.command(port), account, &self.log, STOP_STEPS)?;
        let pid = process.pid();
        process.wait_ready(READY_WITHIN, || self.is_ready(pid))?;
        Ok((process, port))
    }

    fn command(&self, port: u16) -> Command {
        let mut command = Command::new(self.programs.join("postgres"));
        command
            .arg("-D")
            .arg(&self.data)
            .arg(format!("--config_file={}", self.settings_file.display()))
            .arg(format!("--port={port}"))
            .current_dir(&self.data);
        command
    }

    /// Postgres writes its state into the eighth line of its pid file; `pg_ctl` waits for the same word.
    fn is_ready(&self, pid: u32) -> bool {
        let text = fs::read_to_string(self.data.join("postmaster.pid")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        lines.first().is_some_and(|line| *line == pid.to_string()) && lines.get(7) == Some(&"ready")
    }
}

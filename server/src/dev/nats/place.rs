//! Everything a start of NATS needs, ready for one start after another.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::super::account::Account;
use super::super::error::{DevError, Doing};
use super::super::folder::create_passable;
use super::super::patience::retry_while;
use super::super::ports::free_port;
use super::super::process::ServerProcess;
use super::super::remembered::{Remembered, write_private};
use super::health::is_healthy;
use super::{Doors, STOP_STEPS, stop_leftover};
use crate::nats_accounts::configuration;

const READY_WITHIN: Duration = Duration::from_secs(30);

#[derive(Clone, Copy)]
pub(super) struct Ports {
    pub(super) client: u16,
    pub(super) monitor: u16,
}

pub(super) struct Place {
    program: PathBuf,
    account: Option<Account>,
    pub(super) data: PathBuf,
    settings_file: PathBuf,
    log: PathBuf,
    memory: PathBuf,
    pub(super) password: String,
    doors: Doors,
}

impl Place {
    pub(super) fn prepare(
        folder: &Path,
        program: PathBuf,
        account: Option<Account>,
        doors: Doors,
    ) -> Result<Place, DevError> {
        create_passable(folder)?;
        stop_leftover(folder)?;
        let memory = folder.join("remembered.json");
        if !memory.exists() {
            Remembered::new()?.save(&memory)?;
        }
        let place = Place {
            program,
            account,
            data: folder.join("data"),
            settings_file: folder.join("nats.conf"),
            log: folder.join("server.log"),
            password: Remembered::load(&memory)?.password,
            memory,
            doors,
        };
        place.create_data()?;
        Ok(place)
    }

    fn create_data(&self) -> Result<(), DevError> {
        if !self.data.exists() {
            let made = DirBuilder::new().mode(0o700).create(&self.data);
            made.doing(|| format!("create {}", self.data.display()))?;
        }
        self.account.as_ref().map_or(Ok(()), |account| account.own_tree(&self.data))
    }

    /// Tries again when another program took a port between our look and the server's.
    pub(super) fn launch(&self) -> Result<(ServerProcess, Ports), DevError> {
        retry_while(READY_WITHIN, DevError::is_still_in_use, || self.launch_once())
    }

    fn launch_once(&self) -> Result<(ServerProcess, Ports), DevError> {
        let ports = self.choose_ports()?;
        self.write_settings(ports)?;
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(&self.settings_file).current_dir(&self.data);
        let mut process =
            ServerProcess::start("nats", command, self.account.as_ref(), &self.log, STOP_STEPS)?;
        process.wait_ready(READY_WITHIN, || is_healthy(ports.monitor))?;
        Ok((process, ports))
    }

    fn choose_ports(&self) -> Result<Ports, DevError> {
        let known = Remembered::load(&self.memory)?.ports;
        let client = free_port(known.first().copied())?;
        let monitor = free_port(known.get(1).copied())?;
        Remembered { ports: vec![client, monitor], password: self.password.clone() }.save(&self.memory)?;
        Ok(Ports { client, monitor })
    }

    /// The password stands in a file: a command line can be read by everybody.
    fn write_settings(&self, ports: Ports) -> Result<(), DevError> {
        let quoted = |path: &Path| serde_json::Value::from(path.to_string_lossy()).to_string();
        let accounts = match self.doors {
            Doors::Accounts => configuration(|_| self.password.clone()),
            Doors::Open => String::new(),
        };
        let text = format!(
            "listen: \"127.0.0.1:{}\"\nhttp: \"127.0.0.1:{}\"\npid_file: {}\njetstream {{ store_dir: {} }}\n{}",
            ports.client,
            ports.monitor,
            quoted(&self.data.join("server.pid")),
            quoted(&self.data),
            accounts,
        );
        write_private(&self.settings_file, &text)
            .doing(|| format!("write {}", self.settings_file.display()))?;
        self.give(&self.settings_file)
    }

    fn give(&self, path: &Path) -> Result<(), DevError> {
        self.account.as_ref().map_or(Ok(()), |account| account.own(path))
    }
}

//! Everything a start of Postgres needs, ready for one start after another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::super::account::Account;
use super::super::error::DevError;
use super::super::folder::{Home, create_passable};
use super::super::patience::retry_while;
use super::super::ports::free_port;
use super::super::process::ServerProcess;
use super::super::remembered::Remembered;
use super::{PostgresOptions, STOP_STEPS, settings, stop_leftover};

const READY_WITHIN: Duration = Duration::from_secs(30);

pub(super) struct Place {
    pub(super) programs: PathBuf,
    pub(super) account: Option<Account>,
    pub(super) data: PathBuf,
    settings_file: PathBuf,
    variables: Vec<(String, String)>,
    log: PathBuf,
    memory: PathBuf,
    pub(super) password: String,
}

impl Place {
    pub(super) fn prepare(
        folder: &Path,
        programs: PathBuf,
        account: Option<Account>,
        options: &PostgresOptions,
    ) -> Result<Place, DevError> {
        create_passable(folder)?;
        stop_leftover(folder)?;
        let memory = folder.join("remembered.json");
        let data = folder.join("data");
        let remembered = if data.exists() { Remembered::load(&memory)? } else { Remembered::new()? };
        let place = Place {
            programs,
            account,
            data,
            settings_file: folder.join("postgresql.conf"),
            variables: options.variables.clone(),
            log: folder.join("server.log"),
            memory,
            password: remembered.password.clone(),
        };
        if !place.data.exists() {
            remembered.save(&place.memory)?;
            place.initialize(options.throw_away || matches!(options.home, Home::Ephemeral))?;
        }
        if let Some(account) = &place.account {
            account.own_tree(&place.data)?;
        }
        settings::write(&place.settings_file, &options.settings)?;
        Ok(place)
    }

    /// Tries again while the port or the shared memory of a killed predecessor is still in use.
    pub(super) fn launch(&self) -> Result<(ServerProcess, u16), DevError> {
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
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
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

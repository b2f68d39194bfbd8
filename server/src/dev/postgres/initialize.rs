//! Makes the cluster once: `initdb`, then the database, both before the first server runs on it.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::Command;

use super::super::error::{DevError, Doing};
use super::super::program;
use super::super::remembered::write_private;
use super::place::Place;
use super::{DATABASE, SUPERUSER};

/// Not every system knows `C.UTF-8`; plain `C` sorts the same.
const LOCALES: [&str; 2] = ["C.UTF-8", "C"];

impl Place {
    /// Works in a folder beside and renames it at the end: an interrupted start leaves nothing half made.
    pub(super) fn initialize(&self, throw_away: bool) -> Result<(), DevError> {
        let unfinished = self.data.with_extension("unfinished");
        let [preferred, fallback] = LOCALES;
        match self.initdb(&unfinished, preferred, throw_away) {
            Err(DevError::ProgramFailed { output, .. }) if output.contains("locale") => {
                self.initdb(&unfinished, fallback, throw_away)?;
            }
            outcome => outcome?,
        }
        self.create_database(&unfinished)?;
        fs::rename(&unfinished, &self.data).doing(|| format!("name {}", self.data.display()))
    }

    fn initdb(&self, data: &Path, locale: &str, throw_away: bool) -> Result<(), DevError> {
        self.create_owned(data)?;
        let password_file = data.with_extension("password");
        write_private(&password_file, &self.password).doing(|| "write the superuser's password".into())?;
        self.give(&password_file)?;
        let mut command = Command::new(self.programs.join("initdb"));
        command
            .args(["--username", SUPERUSER, "--auth", "scram-sha-256", "--encoding", "UTF8"])
            .args(["--locale", locale, "--no-instructions", "--pgdata"])
            .arg(data)
            .arg("--pwfile")
            .arg(&password_file)
            .current_dir(data);
        if throw_away {
            command.arg("--no-sync");
        }
        let outcome = program::run("initdb", command, self.account.as_ref(), "");
        let _ = fs::remove_file(&password_file);
        outcome
    }

    /// The single-user mode needs no port and no password, and ends by itself.
    fn create_database(&self, data: &Path) -> Result<(), DevError> {
        let mut command = Command::new(self.programs.join("postgres"));
        command
            .arg("--single")
            .arg("-D")
            .arg(data)
            .args(["-c", "exit_on_error=on", SUPERUSER])
            .current_dir(data);
        program::run(
            "postgres --single",
            command,
            self.account.as_ref(),
            &format!("create database {DATABASE}\n"),
        )
    }

    fn create_owned(&self, data: &Path) -> Result<(), DevError> {
        let _ = fs::remove_dir_all(data);
        DirBuilder::new().mode(0o700).create(data).doing(|| format!("create {}", data.display()))?;
        self.give(data)
    }

    fn give(&self, path: &Path) -> Result<(), DevError> {
        self.account.as_ref().map_or(Ok(()), |account| account.own(path))
    }
}

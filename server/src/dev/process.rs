//! One child process that is a server: its log, its end, and the signals that bring it there.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::account::Account;
use super::error::{DevError, Doing};
use super::patience::{wait_for, wait_until};
use super::spawner;
use crate::stop;

const LOG_STARTS_OVER_AT_BYTES: u64 = 16 * 1024 * 1024;
const PATIENCE_IN_HASTE: Duration = Duration::from_millis(500);
const LOG_TAIL_LINES: usize = 8;

/// How a kind of server is asked to stop: each signal in turn, with the time it is given.
pub type StopSteps = &'static [(Signal, Duration)];

pub struct ServerProcess {
    name: &'static str,
    child: Child,
    log: PathBuf,
    /// Where in the log its own words begin.
    log_from: u64,
    stop_steps: StopSteps,
}

impl ServerProcess {
    /// The first signal of `stop_steps` is also what the server gets when we die.
    pub fn start(
        name: &'static str,
        mut command: Command,
        account: Option<&Account>,
        log: &Path,
        stop_steps: StopSteps,
    ) -> Result<ServerProcess, DevError> {
        let log_file = open_log(log)?;
        let log_from = log_file.metadata().doing(|| format!("look at {}", log.display()))?.len();
        let log_too = log_file.try_clone().doing(|| format!("share {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(log_file).stderr(log_too);
        let death_signal = stop_steps.first().map_or(Signal::SIGTERM, |(signal, _)| *signal);
        let child = spawner::spawn(command, account, death_signal).doing(|| format!("start {name}"))?;
        Ok(ServerProcess { name, child, log: log.to_owned(), log_from, stop_steps })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The exit status once the server has ended; never waits.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// What to say when the server has ended although nobody asked it to.
    pub fn unexpected_end(&mut self) -> Option<DevError> {
        let status = self.ended()?;
        Some(DevError::ServerEnded { server: self.name, status, log_tail: log_tail(&self.log) })
    }

    /// Waits for `is_ready`; a server that ends meanwhile is an error at once.
    pub fn wait_ready(
        &mut self,
        patience: Duration,
        mut is_ready: impl FnMut() -> bool,
    ) -> Result<(), DevError> {
        let outcome = wait_for(patience, || match self.ended() {
            Some(status) => Some(Err(self.stopped(status))),
            None if stop::is_requested() => Some(Err(DevError::Interrupted)),
            None => is_ready().then_some(Ok(())),
        });
        outcome.unwrap_or_else(|| Err(self.not_ready(patience)))
    }

    fn stopped(&self, status: ExitStatus) -> DevError {
        // In all that was said: the many processes of a killed predecessor may each say their last words here, too.
        let is_still_in_use = log_after(&self.log, self.log_from).contains("in use");
        DevError::ServerStopped { server: self.name, status, log_tail: log_tail(&self.log), is_still_in_use }
    }

    fn not_ready(&self, patience: Duration) -> DevError {
        DevError::ServerNotReady {
            server: self.name,
            seconds: patience.as_secs(),
            log_tail: log_tail(&self.log),
        }
    }

    /// Asks the server to stop, ever more firmly, and returns when it is gone.
    pub fn stop(&mut self) {
        for (signal, patience) in self.stop_steps {
            self.signal(*signal);
            if self.ends_within(*patience) {
                return;
            }
        }
        self.kill();
    }

    /// Somebody who insists on the end gets it soon.
    fn ends_within(&mut self, patience: Duration) -> bool {
        wait_until(patience, || self.ended().is_some() || stop::is_insisted_on());
        let remaining = if stop::is_insisted_on() { PATIENCE_IN_HASTE } else { Duration::ZERO };
        wait_until(remaining, || self.ended().is_some())
    }

    /// SIGKILL, and returns when the server is gone.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn signal(&mut self, signal: Signal) {
        // Until `ended` has reaped the child its number cannot belong to anyone else.
        if self.ended().is_none()
            && let Ok(pid) = i32::try_from(self.child.id())
        {
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}

fn open_log(path: &Path) -> Result<File, DevError> {
    let start_over = fs::metadata(path).is_ok_and(|found| found.len() > LOG_STARTS_OVER_AT_BYTES);
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    if start_over {
        let _ = fs::remove_file(path);
    }
    options.open(path).doing(|| format!("open {}", path.display()))
}

fn log_after(path: &Path, begin: u64) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    let begin = usize::try_from(begin).unwrap_or(usize::MAX);
    String::from_utf8_lossy(bytes.get(begin..).unwrap_or_default()).into_owned()
}

fn log_tail(path: &Path) -> String {
    let text = log_after(path, 0);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
}

/// A server that is dropped before it was ready must not run on.
impl Drop for ServerProcess {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.stop();
        }
    }
}

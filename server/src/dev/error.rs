//! Why a private server could not be found, started or trusted, in sentences for the person at the terminal.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

#[derive(Debug, thiserror::Error)]
pub enum DevError {
    #[error("no {what} found (looked at {looked_at}); `make run` installs it")]
    ServerNotFound { what: &'static str, looked_at: String },

    #[error("{variable}={} does not hold {what}", .path.display())]
    NotAServer { variable: &'static str, path: PathBuf, what: &'static str },

    #[error("the user {user} cannot reach {}; servers never run as root", .path.display())]
    Unreachable { user: String, path: PathBuf },

    #[error(
        "running as root needs the user `postgres` or `nobody` to run the servers as; this machine has neither"
    )]
    NoUnprivilegedUser,

    #[error("another `airtide dev` ({holder}) is running on {}", .folder.display())]
    FolderInUse { folder: PathBuf, holder: String },

    #[error("{server} stopped while starting ({status}); the end of its log:\n{log_tail}")]
    ServerStopped { server: &'static str, status: ExitStatus, log_tail: String, is_still_in_use: bool },

    #[error("{server} was not ready after {seconds} s; the end of its log:\n{log_tail}")]
    ServerNotReady { server: &'static str, seconds: u64, log_tail: String },

    #[error("{program} failed ({status}): {output}")]
    ProgramFailed { program: &'static str, status: ExitStatus, output: String },

    #[error("process {pid} of an earlier run would not stop")]
    LeftoverWouldNotStop { pid: i32 },

    #[error("{server} ended by itself ({status}); the end of its log:\n{log_tail}")]
    ServerEnded { server: &'static str, status: ExitStatus, log_tail: String },

    #[error("port {port} cannot be listened on; `--port 0` takes any free one")]
    PortTaken { port: u16, source: io::Error },

    #[error("interrupted")]
    Interrupted,

    #[error("could not {doing}")]
    Io { doing: String, source: io::Error },
}

impl DevError {
    /// A port that someone took before the server could, or the memory of a predecessor that is still dying.
    pub fn is_still_in_use(&self) -> bool {
        matches!(self, DevError::ServerStopped { is_still_in_use: true, .. })
    }
}

/// Names what was being done when the operating system refused.
pub trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, DevError>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, DevError> {
        self.map_err(|source| DevError::Io { doing: what(), source })
    }
}

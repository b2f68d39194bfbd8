//! Stops a server that an earlier, killed run left behind.
//!
//! A process is ours only if its number is in our file *and* its command line names our folder: numbers are
//! reused, and a name alone could be anybody's server.

use std::fs;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::error::{DevError, Doing};
use super::patience::wait_until;
use super::process::StopSteps;

const PATIENCE_AFTER_KILL: Duration = Duration::from_secs(5);

/// Stops the process whose number starts `pid_file`, if its command line holds `argument`; then the file is stale.
pub fn stop_leftover(pid_file: &Path, argument: &Path, stop_steps: StopSteps) -> Result<(), DevError> {
    let Some(pid) = read_pid(pid_file) else {
        return Ok(());
    };
    if runs_with(pid, argument) {
        stop(pid, argument, stop_steps)?;
    }
    match fs::remove_file(pid_file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).doing(|| format!("remove {}", pid_file.display()))
        }
        _ => Ok(()),
    }
}

fn read_pid(pid_file: &Path) -> Option<i32> {
    let pid = fs::read_to_string(pid_file).ok()?.lines().next()?.trim().parse().ok()?;
    (pid > 1).then_some(pid)
}

fn stop(pid: i32, argument: &Path, stop_steps: StopSteps) -> Result<(), DevError> {
    let kill_at_last = (Signal::SIGKILL, PATIENCE_AFTER_KILL);
    for (signal, patience) in stop_steps.iter().chain([&kill_at_last]) {
        let _ = kill(Pid::from_raw(pid), *signal);
        // A frozen process takes no signal but this one.
        let _ = kill(Pid::from_raw(pid), Signal::SIGCONT);
        if wait_until(*patience, || !runs_with(pid, argument)) {
            return Ok(());
        }
    }
    Err(DevError::LeftoverWouldNotStop { pid })
}

/// Whether process `pid` is alive and has `argument` on its command line. A zombie has no command line.
pub fn runs_with(pid: i32, argument: &Path) -> bool {
    let wanted = argument.as_os_str().as_encoded_bytes();
    command_line(pid).iter().any(|found| found == wanted)
}

#[cfg(target_os = "linux")]
fn command_line(pid: i32) -> Vec<Vec<u8>> {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    bytes.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect()
}

#[cfg(not(target_os = "linux"))]
fn command_line(pid: i32) -> Vec<Vec<u8>> {
    let listed =
        std::process::Command::new("ps").args(["-ww", "-o", "args=", "-p", &pid.to_string()]).output();
    let bytes = listed.map(|output| output.stdout).unwrap_or_default();
    bytes.split(|byte| byte.is_ascii_whitespace()).map(<[u8]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOP_STEPS: StopSteps = &[(Signal::SIGTERM, Duration::from_secs(10))];

    #[test]
    fn a_process_without_our_argument_is_left_alone_and_its_file_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let pid_file = folder.path().join("server.pid");
        fs::write(&pid_file, format!("{}\n", std::process::id())).unwrap();

        stop_leftover(&pid_file, Path::new("/no/such/folder"), STOP_STEPS).unwrap();

        assert!(!pid_file.exists());
    }

    #[test]
    fn a_process_with_our_argument_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let pid_file = folder.path().join("server.pid");
        let mut child = std::process::Command::new("sh")
            .args(["-c", "while read line; do :; done"])
            .arg(folder.path())
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        fs::write(&pid_file, child.id().to_string()).unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        // A child that has only just started has no command line yet.
        assert!(wait_until(Duration::from_secs(10), || runs_with(pid, folder.path())));

        stop_leftover(&pid_file, folder.path(), STOP_STEPS).unwrap();

        assert!(!child.wait().unwrap().success());
        assert!(!pid_file.exists());
    }
}

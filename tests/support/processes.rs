//! Looks at processes from outside and sends them signals.

use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

pub fn send(pid: u32, signal: Signal) {
    kill(Pid::from_raw(pid.try_into().unwrap()), signal).unwrap();
}

/// A process that has ended but that nobody has asked about yet counts as gone.
pub fn is_alive(pid: u32) -> bool {
    let listed = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().expect("ps runs");
    let state = String::from_utf8_lossy(&listed.stdout);
    !state.trim().is_empty() && !state.starts_with('Z')
}

/// Every living process whose command line names `text`, as `ps` prints it.
pub fn naming(text: &str) -> Vec<String> {
    let listed = Command::new("ps").args(["-ww", "-A", "-o", "pid=,stat=,args="]).output().expect("ps runs");
    let lines = String::from_utf8_lossy(&listed.stdout).into_owned();
    lines.lines().filter(|line| line.contains(text)).map(String::from).collect()
}

/// A process and its children, stopped in the middle of what they do until this is dropped.
pub struct Frozen(Vec<u32>);

impl Frozen {
    pub fn family(pid: u32) -> Frozen {
        let frozen = Frozen([vec![pid], children_of(pid)].concat());
        frozen.send(Signal::SIGSTOP);
        frozen
    }

    fn send(&self, signal: Signal) {
        for pid in &self.0 {
            let _ = kill(Pid::from_raw((*pid).try_into().expect("a process number")), signal);
        }
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.send(Signal::SIGCONT);
    }
}

fn children_of(parent: u32) -> Vec<u32> {
    let listed = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output().expect("ps runs");
    let lines = String::from_utf8_lossy(&listed.stdout).into_owned();
    let numbers = lines.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
    let own = numbers.filter(|(_, above)| above.trim() == parent.to_string());
    own.filter_map(|(pid, _)| pid.parse().ok()).collect()
}

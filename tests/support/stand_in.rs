//! The stand-in for Airtable, as `airtide sandbox airtable` starts it.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::airtide::{Talk, command, lines_of};
use crate::secrets::Unsayable;
use crate::{processes, wait};

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

pub struct StandIn {
    child: Child,
    talk: Talk,
    ready: Value,
}

impl StandIn {
    pub fn holding(seed: &Path) -> Self {
        let mut command = command(&["sandbox", "airtable", "--port", "0", "--output", "json", "--seed"]);
        let piped = command.arg(seed).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("airtide starts");
        let lines = lines_of(child.stdout.take().expect("stdout is piped"));
        let (said, talk) = Talk::of(child.stderr.take().expect("stderr is piped"));
        let Ok(line) = lines.recv_timeout(READY_WITHIN) else {
            let _ = child.kill();
            panic!("the stand-in did not become ready:\n{}", said.iter().collect::<Vec<_>>().join("\n"));
        };
        Self { child, talk, ready: serde_json::from_str(&line).expect("the ready line is JSON") }
    }

    /// A member of its ready line.
    pub fn text(&self, member: &str) -> &str {
        self.ready[member].as_str().unwrap_or_else(|| panic!("{member} is text in {}", self.ready))
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            processes::send(self.child.id(), Signal::SIGINT);
            if !wait::is_true_within(STOPPED_WITHIN, || !matches!(self.child.try_wait(), Ok(None))) {
                let _ = self.child.kill();
                let _ = self.child.wait();
            }
        }
        self.talk.end(&Unsayable::default());
    }
}

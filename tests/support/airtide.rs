//! The real program, found beside the test program: `cargo test --workspace` builds both.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::secrets::Unsayable;
use crate::{processes, wait};

/// Generous: the machine may be busy with other tests. The budget itself is measured apart.
const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// `target/<profile>/airtide`; this program lies in `target/<profile>/deps`.
pub fn program() -> PathBuf {
    let tests = std::env::current_exe().expect("the test program knows its path");
    let program = tests.parent().and_then(|deps| deps.parent()).expect("two folders above").join("airtide");
    assert!(program.exists(), "{} is missing: run `cargo build -p server` first", program.display());
    program
}

/// Without any variable that could name another instance.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(std::env::temp_dir());
    for (name, _) in
        std::env::vars().filter(|(name, _)| name.starts_with("AIRTIDE_") || name.ends_with("_URL"))
    {
        command.env_remove(name);
    }
    command
}

/// A running `airtide dev`.
pub struct Dev {
    child: Child,
    talk: Talk,
    pub ready: Value,
}

impl Dev {
    /// Starts `airtide dev --port 0 --output json` with further arguments and waits for its ready line.
    pub fn start(further: &[&str]) -> Dev {
        Self::start_with(&[], further)
    }

    /// The same without the stand-in for Airtable and its bases: it is there sooner.
    pub fn start_plain(further: &[&str]) -> Dev {
        Self::start_with(&[("AIRTIDE__AIRTABLE__TOKEN", "pat")], further)
    }

    fn start_with(variables: &[(&str, &str)], further: &[&str]) -> Dev {
        let mut dev = command(&["dev", "--port", "0", "--output", "json"]);
        dev.envs(variables.iter().copied());
        let mut child =
            dev.args(further).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("airtide starts");
        let lines = lines_of(child.stdout.take().expect("stdout is piped"));
        let (said, talk) = Talk::of(child.stderr.take().expect("stderr is piped"));
        let Ok(line) = lines.recv_timeout(READY_WITHIN) else {
            let _ = child.kill();
            panic!("airtide dev did not become ready:\n{}", said.iter().collect::<Vec<_>>().join("\n"));
        };
        Dev { child, talk, ready: serde_json::from_str(&line).expect("the ready line is JSON") }
    }

    pub fn text(&self, field: &str) -> &str {
        self.ready[field].as_str().unwrap_or_else(|| panic!("{field} is text in {}", self.ready))
    }

    pub fn pid(&self, process: &str) -> u32 {
        let pid =
            self.ready["pids"][process].as_u64().unwrap_or_else(|| panic!("{process} in {}", self.ready));
        pid.try_into().expect("a process number")
    }

    pub fn servers(&self) -> [u32; 2] {
        [self.pid("postgres"), self.pid("nats")]
    }

    pub fn signal(&self, signal: Signal) {
        processes::send(self.child.id(), signal);
    }

    /// Waits for the end, whoever brings it about.
    pub fn ended(&mut self) -> ExitStatus {
        let mut status = None;
        wait::until("airtide dev ends", STOPPED_WITHIN, || {
            status = self.child.try_wait().expect("the child can be asked");
            status.is_some()
        });
        status.expect("just seen")
    }

    pub fn stop(&mut self, signal: Signal) -> ExitStatus {
        self.signal(signal);
        self.ended()
    }

    /// Runs another subcommand with the variables of the ready line.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = command(arguments);
        for (name, value) in self.ready["env"].as_object().expect("env is an object") {
            command.env(name, value.as_str().expect("a variable is text"));
        }
        command.output().expect("airtide runs")
    }

    pub fn servers_are_gone(&self) {
        for pid in self.servers() {
            wait::until("a server ends", STOPPED_WITHIN, || !processes::is_alive(pid));
        }
    }
}

/// Neither a process nor a folder may be left behind, by a failed test either.
impl Drop for Dev {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.signal(Signal::SIGINT);
            if !wait::is_true_within(STOPPED_WITHIN, || !matches!(self.child.try_wait(), Ok(None))) {
                let _ = self.child.kill();
                let _ = self.child.wait();
            }
        }
        self.talk.end(&Unsayable::default());
    }
}

/// Reads on for as long as there is something, so that the program never waits for its reader.
pub fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    Talk::of(stream).0
}

/// Everything that a process says until its end, whether somebody reads along or not.
pub struct Talk {
    reader: Option<JoinHandle<Vec<String>>>,
}

impl Talk {
    /// The lines as they come, for as long as somebody wants them.
    pub fn of(stream: impl Read + Send + 'static) -> (Receiver<String>, Self) {
        let (sender, lines) = channel();
        let reader = std::thread::spawn(move || {
            let mut said = Vec::new();
            for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                let _ = sender.send(line.clone());
                said.push(line);
            }
            said
        });
        (lines, Self { reader: Some(reader) })
    }

    /// Once the process has ended: fails whoever owned it if it said what must not be said.
    pub fn end(&mut self, unsayable: &Unsayable) {
        let Some(reader) = self.reader.take() else { return };
        if std::thread::panicking() {
            return;
        }
        wait::until("the last line was read", STOPPED_WITHIN, || reader.is_finished());
        let said = reader.join().expect("the reader reads");
        let heard = said.iter().find(|line| unsayable.is_in(line));
        assert!(heard.is_none(), "the process said a secret: {}", heard.map_or("", String::as_str));
    }
}

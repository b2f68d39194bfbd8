//! A served API whose talk is listened to.

use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use nix::sys::signal::Signal;
use support::airtide::{Talk, command, program};
use support::secrets::Unsayable;
use support::{database, processes};
use tempfile::TempDir;

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];
const READY_WITHIN: Duration = Duration::from_secs(60);

pub struct Talking {
    child: Child,
    lines: Receiver<String>,
    talk: Talk,
    keys: TempDir,
}

impl Talking {
    pub async fn start(variables: &[(&str, &str)]) -> Self {
        Self::run(command(&SERVE), variables).await
    }

    /// With no more than this many files and connections at one time.
    pub async fn start_with_files(files_max: usize) -> Self {
        let limited = format!("ulimit -n {files_max}; exec \"$0\" \"$@\"");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(limited).arg(program()).args(SERVE).current_dir(std::env::temp_dir());
        Self::run(shell, &[]).await
    }

    async fn run(mut serve: Command, variables: &[(&str, &str)]) -> Self {
        let keys = tempfile::tempdir().expect("a folder for keys");
        serve.env("DATABASE_URL", database::fresh().await).env("AIRTIDE__KEYS__DIR", keys.path());
        serve.env("AIRTIDE__HTTP__METRICS_LISTEN", "off").envs(variables.iter().copied());
        let mut child = serve.stderr(Stdio::piped()).spawn().expect("airtide starts");
        let (lines, talk) = Talk::of(child.stderr.take().expect("stderr is piped"));
        Self { child, lines, talk, keys }
    }

    /// What follows this text in the next line that holds it.
    pub fn told(&self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(READY_WITHIN).unwrap_or_else(|_| panic!("nobody says {text}"));
            if let Some((_, rest)) = line.split_once(text) {
                return rest.trim_end_matches(['"', '}', ',']).to_owned();
            }
        }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        let rest = self.told("listening on http://");
        let end = rest
            .find(|letter: char| !letter.is_ascii_digit() && !".:".contains(letter))
            .unwrap_or(rest.len());
        format!("http://{}", &rest[..end])
    }

    /// Stops it, and returns everything that was not asked for.
    pub fn stop(mut self) -> Vec<String> {
        processes::send(self.child.id(), Signal::SIGTERM);
        let said = self.lines.iter().collect();
        assert!(self.child.wait().expect("it ends").success());
        said
    }
}

impl Drop for Talking {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.talk.end(&Unsayable::of(self.keys.path()));
    }
}

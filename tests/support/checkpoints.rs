//! Signed checkpoints of a test's log, and `airtide log verify` on it.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use eventstore::checkpoints::{FILE_NAME, RunningSigner, Signer, SignerOptions};
use serde_json::Value;

use crate::log::TestLog;
use crate::{airtide, wait};

const SOON: Duration = Duration::from_secs(20);
const SIGN_EVERY: Duration = Duration::from_millis(20);

pub fn file(log: &TestLog) -> PathBuf {
    log.keys_dir().join(FILE_NAME)
}

pub fn signer(log: &TestLog) -> RunningSigner {
    let options = SignerOptions {
        file: file(log),
        every: SIGN_EVERY,
        reader: log.log.reader(),
        keys: log.log.keys(),
        alarms: log.log.source().alarms().clone(),
    };
    Signer::start(options).expect("the key signs")
}

/// The lines of the file that are JSON.
pub fn lines(log: &TestLog) -> Vec<Value> {
    let text = fs::read_to_string(file(log)).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The positions that were signed, in the order of the file.
pub fn positions(log: &TestLog) -> Vec<i64> {
    lines(log).iter().map(|line| line["position"].as_i64().expect("a position")).collect()
}

/// Has the present end of the log signed.
pub async fn sign(log: &TestLog) {
    let signer = signer(log);
    let head = log.log.reader().head().await.expect("the log is read");
    wait::until_true("the end is signed", SOON, async || positions(log).last() == Some(&head)).await;
    signer.stop().await;
}

/// Changes the text of the file.
pub fn edit(log: &TestLog, edit: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(file(log)).expect("the checkpoints are read");
    fs::write(file(log), edit(text)).expect("the checkpoints are written");
}

/// What `airtide log verify` said.
pub struct Verified {
    pub code: Option<i32>,
    /// What it found, if it came to that.
    pub found: Value,
    pub talk: String,
}

impl Verified {
    pub fn violations(&self) -> Vec<&str> {
        let violations = self.found["violations"].as_array().expect("a list of violations");
        violations.iter().map(|violation| violation.as_str().expect("a text")).collect()
    }

    /// The only violation, which the exit code tells, too.
    pub fn violation(&self) -> &str {
        let violations = self.violations();
        assert_eq!((self.code, violations.len()), (Some(1), 1), "{} {}", self.found, self.talk);
        violations[0]
    }

    pub fn expect_sound(self) -> Self {
        assert_eq!(self.code, Some(0), "{} {}", self.found, self.talk);
        assert!(self.violations().is_empty(), "{}", self.found);
        self
    }
}

pub fn verify(log: &TestLog, further: &[&str]) -> Verified {
    let mut command = airtide::command(&["log", "verify", "--output", "json"]);
    command.args(further).env("DATABASE_URL", &log.url).env("AIRTIDE__KEYS__DIR", log.keys_dir());
    let output = command.output().expect("airtide runs");
    Verified {
        code: output.status.code(),
        found: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        talk: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

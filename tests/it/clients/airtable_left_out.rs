//! Tests of the suites that are not run here: each line of `tests/clients/left-out-here.txt` names one, and says why.

use std::fs;

use super::super::airtable::folder;

pub struct LeftOut {
    /// The folder of a suite.
    suite: String,
    /// What it runs by: of pyairtable `file::test`, or a file as a whole; of airtable.js a name.
    pub test: String,
    pub reason: String,
}

/// Of one suite.
pub fn of(suite: &str) -> impl Iterator<Item = LeftOut> {
    all().into_iter().filter(move |one| one.suite == suite)
}

fn all() -> Vec<LeftOut> {
    let text = fs::read_to_string(folder().join("left-out-here.txt")).expect("the list is there");
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(line).collect()
}

fn line(line: &str) -> LeftOut {
    let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
    let [suite, test, reason] = parts[..] else { panic!("a suite, a test and a reason, not {line}") };
    LeftOut { suite: suite.into(), test: test.into(), reason: reason.into() }
}

//! The suites but for some of their tests: each line of a list in `tests/clients/` names one of those, and says why.

use std::fs;
use std::process::Command;

use super::airtable::{airtable_js, folder, pyairtable};

const PYTHON: &str = "python";
const JAVASCRIPT: &str = "javascript";
/// What files of tests in JavaScript end with.
const TESTS: &str = ".test.js";

struct LeftOut {
    /// The folder of a suite.
    suite: String,
    /// What it runs by: of pyairtable `file::test`, of airtable.js a name; of both a file as a whole.
    test: String,
    reason: String,
}

pub fn pyairtable_but_for(list: &str) -> Option<Command> {
    let mut suite = pyairtable()?;
    suite.args(of(PYTHON, list).map(|one| format!("--deselect={}", one.test)));
    Some(suite)
}

pub fn airtable_js_but_for(list: &str) -> Option<Command> {
    let mut suite = airtable_js()?;
    let (files, names): (Vec<_>, Vec<_>) =
        of(JAVASCRIPT, list).map(|one| one.test).partition(|test| test.ends_with(TESTS));
    suite.arg(format!("--test-name-pattern={}", all_but(&names)));
    suite.args(files_of_javascript().filter(|file| !files.contains(file)));
    Some(suite)
}

/// To node, a test is wanted as soon as something is that it is part of; so nothing is that has parts.
fn all_but(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| name.replace('.', r"\.")).collect();
    let suites = suites_of_javascript();
    let groups = suites.split("describe('").skip(1).filter_map(|text| text.split('\'').next());
    let files = files_of_javascript().map(|file| file.replace('.', r"\."));
    let groups: Vec<String> = groups.map(str::to_owned).chain(files).chain(["<root>".to_owned()]).collect();
    format!("/^(?!((.* )?({})|{})$)/", names.join("|"), groups.join("|"))
}

fn files_of_javascript() -> impl Iterator<Item = String> {
    let files = fs::read_dir(folder().join(JAVASCRIPT)).expect("the suites are there");
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    names.filter(|name| name.ends_with(TESTS))
}

fn suites_of_javascript() -> String {
    let read = |file| fs::read_to_string(folder().join(JAVASCRIPT).join(file)).expect("a file of the suite");
    files_of_javascript().map(read).collect()
}

fn of(suite: &'static str, list: &str) -> impl Iterator<Item = LeftOut> {
    all(list).into_iter().filter(move |one| one.suite == suite)
}

fn all(list: &str) -> Vec<LeftOut> {
    let text = fs::read_to_string(folder().join(list)).expect("the list is there");
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(line).collect()
}

fn line(line: &str) -> LeftOut {
    let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
    let [suite, test, reason] = parts[..] else { panic!("a suite, a test and a reason, not {line}") };
    LeftOut { suite: suite.into(), test: test.into(), reason: reason.into() }
}

/// A test that is gone is left out by nobody, and none is without a reason.
pub fn check(list: &str) {
    let of_javascript = suites_of_javascript();
    for one in of(JAVASCRIPT, list) {
        let is_file = files_of_javascript().any(|file| file == one.test);
        assert!(is_file || of_javascript.contains(&format!("it('{}'", one.test)), "{}", one.test);
        assert!(!one.reason.is_empty(), "{}", one.test);
    }
    for one in of(PYTHON, list) {
        let (file, test) = one.test.split_once("::").unwrap_or((&one.test, ""));
        let suite = fs::read_to_string(folder().join(PYTHON).join(file)).expect("the suite is there");
        let name = test.split('[').next().unwrap_or_default();
        assert!(name.is_empty() || suite.contains(&format!("def {name}(")), "{}", one.test);
        assert!(!one.reason.is_empty(), "{}", one.test);
    }
}

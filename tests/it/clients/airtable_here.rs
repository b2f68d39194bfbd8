//! The same suites against Airtide's own `/v0`: what they find in the stand-in they find in a base that is made here, but for what
//! `tests/clients/left-out-here.txt` names.

mod left_out;

use std::fs;
use std::process::Command;

use support::side_door::SideDoor;

use super::airtable::{airtable_js, folder, pyairtable, runs_well, seed};

const PYTHON: &str = "python";
const JAVASCRIPT: &str = "javascript";

#[tokio::test(flavor = "multi_thread")]
async fn pyairtable_finds_airtable_here() {
    let Some(mut suite) = pyairtable() else { return };
    suite.args(left_out::of(PYTHON).map(|one| format!("--deselect={}", one.test)));
    runs_well_here(suite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn airtable_js_finds_airtable_here() {
    let Some(mut suite) = airtable_js() else { return };
    suite.arg(format!("--test-name-pattern={}", all_but_those_left_out()));
    runs_well_here(suite).await;
}

/// To node, a test is wanted as soon as something is that it is part of; so nothing is that has parts.
fn all_but_those_left_out() -> String {
    let names: Vec<String> = left_out::of(JAVASCRIPT).map(|one| one.test.replace('.', r"\.")).collect();
    let suites = suites_of_javascript();
    let groups = suites.split("describe('").skip(1).filter_map(|text| text.split('\'').next());
    let groups: Vec<&str> = groups.chain(["<root>"]).collect();
    format!("/^(?!((.* )?({})|{})$)/", names.join("|"), groups.join("|"))
}

fn suites_of_javascript() -> String {
    let files = fs::read_dir(folder().join(JAVASCRIPT)).expect("the suites are there");
    files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok()).collect()
}

async fn runs_well_here(suite: Command) {
    let door = SideDoor::before(&seed()).await;
    tokio::task::block_in_place(|| runs_well(suite, [&door.url(), door.token(), door.base()]));
}

/// A test that is gone is left out by nobody, and none is without a reason.
#[test]
fn what_is_left_out_is_there() {
    let of_javascript = suites_of_javascript();
    for one in left_out::of(JAVASCRIPT) {
        assert!(of_javascript.contains(&format!("it('{}'", one.test)), "{}", one.test);
        assert!(!one.reason.is_empty());
    }
    for one in left_out::of(PYTHON) {
        let (file, test) = one.test.split_once("::").unwrap_or((&one.test, ""));
        let suite = fs::read_to_string(folder().join(PYTHON).join(file)).expect("the suite is there");
        let name = test.split('[').next().unwrap_or_default();
        assert!(name.is_empty() || suite.contains(&format!("def {name}(")), "{}", one.test);
        assert!(!one.reason.is_empty());
    }
}

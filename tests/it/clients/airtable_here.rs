//! The same suites against Airtide's own `/v0`: what they find in the stand-in they find in a base that is made here, but for what
//! `tests/clients/left-out-here.txt` names.

use std::process::Command;

use support::side_door::SideDoor;

use super::airtable::{runs_well, seed};
use super::airtable_left_out::{self, airtable_js_but_for, pyairtable_but_for};

const LEFT_OUT: &str = "left-out-here.txt";

#[tokio::test(flavor = "multi_thread")]
async fn pyairtable_finds_airtable_here() {
    if let Some(suite) = pyairtable_but_for(LEFT_OUT) {
        runs_well_here(suite).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn airtable_js_finds_airtable_here() {
    if let Some(suite) = airtable_js_but_for(LEFT_OUT) {
        runs_well_here(suite).await;
    }
}

async fn runs_well_here(suite: Command) {
    let door = SideDoor::before(&seed()).await;
    tokio::task::block_in_place(|| runs_well(suite, [&door.url(), door.token(), door.base()]));
}

#[test]
fn what_is_left_out_here_is_there() {
    airtable_left_out::check(LEFT_OUT);
}

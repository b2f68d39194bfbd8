//! And once more where the base is one of the stand-in's that is connected: whatever only reads finds here what is there.
//! `tests/clients/left-out-connected.txt` names the rest.

use std::process::Command;

use support::side_door::SideDoor;

use super::airtable::{runs_well, seed};
use super::airtable_left_out::{self, airtable_js_but_for, pyairtable_but_for};

const LEFT_OUT: &str = "left-out-connected.txt";

#[tokio::test(flavor = "multi_thread")]
async fn pyairtable_reads_a_connected_base() {
    if let Some(suite) = pyairtable_but_for(LEFT_OUT) {
        runs_well_when_connected(suite).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn airtable_js_reads_a_connected_base() {
    if let Some(suite) = airtable_js_but_for(LEFT_OUT) {
        runs_well_when_connected(suite).await;
    }
}

async fn runs_well_when_connected(suite: Command) {
    let door = SideDoor::before_connected(&seed()).await;
    tokio::task::block_in_place(|| runs_well(suite, [&door.url(), door.token(), door.base()]));
}

#[test]
fn what_is_left_out_when_connected_is_there() {
    airtable_left_out::check(LEFT_OUT);
}

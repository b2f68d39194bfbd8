//! Runs a short program to its end, as the servers' user, and turns its failure into what it said.

use std::io::{self, Write};
use std::process::{Command, Output, Stdio};

use nix::sys::signal::Signal;

use super::account::Account;
use super::error::{DevError, Doing};
use super::spawner;

pub fn run(
    program: &'static str,
    mut command: Command,
    account: Option<&Account>,
    input: &str,
) -> Result<(), DevError> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = feed(command, account, input).doing(|| format!("run {program}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let output_text = String::from_utf8_lossy(&said).trim().to_owned();
    Err(DevError::ProgramFailed { program, status: output.status, output: output_text })
}

fn feed(command: Command, account: Option<&Account>, input: &str) -> io::Result<Output> {
    let mut child = spawner::spawn(command, account, Signal::SIGKILL)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends without reading says why in its output, which is worth more than this error.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output()
}

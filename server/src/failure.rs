//! Why a command did not succeed: a sentence with its causes, and the exit code that goes with it.

use std::error::Error;
use std::process::ExitCode;

use eventstore::database;
use eventstore::keyring::rotation::RotationFailed;
use projections::runtime::rebuild::RebuildFailed;

use crate::config::Mistakes;

const FAILED: u8 = 1;
/// As clap ends when it cannot make sense of the arguments.
const MISUSED: u8 = 2;
const MISSING: u8 = 3;
const CONFLICT: u8 = 4;
const UNAVAILABLE: u8 = 5;

pub struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// What was asked for is not there.
    pub fn missing(what: String) -> Failure {
        Failure { message: what, code: MISSING }
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    /// What is there does not allow it, or nobody agreed to it.
    pub fn conflict(message: String) -> Failure {
        Failure { message, code: CONFLICT }
    }

    pub fn report(&self) -> ExitCode {
        eprintln!("airtide: {}", self.message);
        ExitCode::from(self.code)
    }

    /// Asked for what makes no sense.
    pub fn misuse(message: String) -> Failure {
        Failure { message, code: MISUSED }
    }
}

impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure { message: eventstore::chain_of(&error), code: code_of(&error) }
    }
}

fn code_of(error: &(dyn Error + 'static)) -> u8 {
    if error.is::<Mistakes>() {
        MISUSED
    } else if database::is_out_of_reach(error) {
        UNAVAILABLE
    } else if is_rebuild(error, RebuildFailed::is_missing) || is_rotation(error, RotationFailed::is_missing) {
        MISSING
    } else if is_rebuild(error, RebuildFailed::is_conflict) || is_rotation(error, RotationFailed::is_conflict)
    {
        CONFLICT
    } else {
        FAILED
    }
}

fn is_rotation(error: &(dyn Error + 'static), is_so: fn(&RotationFailed) -> bool) -> bool {
    error.downcast_ref().is_some_and(is_so)
}

fn is_rebuild(error: &(dyn Error + 'static), is_so: fn(&RebuildFailed) -> bool) -> bool {
    error.downcast_ref().is_some_and(is_so)
}

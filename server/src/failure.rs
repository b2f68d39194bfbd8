//! Why a command did not succeed: a sentence with its causes, and the exit code that goes with it.

use std::error::Error;
use std::process::ExitCode;

use crate::config::Mistakes;

const FAILED: u8 = 1;
/// As clap ends when it cannot make sense of the arguments.
const MISUSED: u8 = 2;

pub struct Failure {
    message: String,
    code: u8,
}

impl Failure {
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
        let is_mistake = (&error as &dyn Error).is::<Mistakes>();
        Failure { message: eventstore::chain_of(&error), code: if is_mistake { MISUSED } else { FAILED } }
    }
}

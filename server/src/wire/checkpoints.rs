//! Signing where the log ends.

use eventstore::Log;
use eventstore::checkpoints::{RunningSigner, SIGN_EVERY, Signer, SignerOptions};

use crate::config::Config;
use crate::failure::Failure;

pub fn start(config: &Config, log: &Log) -> Result<RunningSigner, Failure> {
    let running = Signer::start(SignerOptions {
        file: config.checkpoints(),
        every: SIGN_EVERY,
        reader: log.reader(),
        keys: log.keys(),
        alarms: log.source().alarms().clone(),
    })?;
    Ok(running)
}

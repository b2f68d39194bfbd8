//! `airtide ops`: what operators need to use `/v1/ops`.

mod bootstrap;
mod token;

use std::process::ExitCode;

use clap::Subcommand;

use super::common::Common;
use crate::failure::Failure;

#[derive(Subcommand)]
pub enum Ops {
    /// Sign a token for /v1/ops with the keys of this machine
    Token(token::Token),
    /// Sign the token that makes somebody the first administrator of a new platform
    Bootstrap(bootstrap::Bootstrap),
}

impl Ops {
    pub fn run(self, common: Common) -> Result<ExitCode, Failure> {
        match self {
            Ops::Token(token) => token.run(common),
            Ops::Bootstrap(bootstrap) => bootstrap.run(common),
        }
    }
}

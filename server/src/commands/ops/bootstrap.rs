//! `airtide ops bootstrap`: signs the token with which somebody who is signed in becomes the first administrator. It asks
//! nobody: whoever can read the keys may do this.

use std::process::ExitCode;

use api::access::BootstrapTokens;
use clap::Args;
use eventstore::keys;

use crate::commands::common::{Common, print_line};
use crate::failure::Failure;

#[derive(Args)]
pub struct Bootstrap;

impl Bootstrap {
    pub fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let seed = keys::bootstrap_signing(&config.keys.dir)?;
        let token = BootstrapTokens::new(&seed, &config.identity.issuer)?.issue()?;
        eprintln!(
            "airtide: for an hour, and as long as the platform never had an administrator; POST /auth/bootstrap takes it"
        );
        print_line(&token);
        Ok(ExitCode::SUCCESS)
    }
}

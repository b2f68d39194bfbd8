//! `airtide ops token`: signs a token with which its bearer operates the platform over HTTP, for an hour at most. It asks
//! nobody: whoever can read the keys may do this.

use std::process::ExitCode;
use std::time::Duration;

use api::access::{LIFETIME_MAX, Operator, OperatorTokenFault, OperatorTokens};
use clap::Args;
use eventstore::keys;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::commands::acting::login_name;
use crate::commands::common::{Common, Output, print_json, print_line};
use crate::failure::Failure;

#[derive(Args)]
pub struct Token {
    /// How long it is good for, as in 30s, 15m or 1h; an hour at most
    #[arg(long = "for", value_name = "TIME", default_value = "1h", value_parser = lifetime)]
    lifetime: Duration,
    /// Whom acts are recorded under [default: the login name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The token alone, or with its name and its end
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

#[derive(Serialize)]
struct TokenTold<'a> {
    token: &'a str,
    name: &'a str,
    expires_at: Timestamp,
}

impl Token {
    pub fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let name = self.name.or_else(login_name).ok_or_else(nameless)?;
        let seed = keys::operator_signing(&config.keys.dir)?;
        let tokens = OperatorTokens::new(&seed, &config.identity.issuer)?;
        let (token, operator) = tokens.issue(&name, self.lifetime).map_err(failure)?;
        match self.output {
            Output::Table => tell(&token, &operator),
            Output::Json => {
                let Operator { name, expires_at, .. } = &operator;
                print_json(&TokenTold { token: &token, name, expires_at: *expires_at })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// stdout is for programs that want the token and nothing else.
fn tell(token: &str, operator: &Operator) {
    eprintln!(
        "airtide: for {} until {}; whoever has it operates the platform",
        operator.name, operator.expires_at
    );
    print_line(token);
}

fn failure(fault: OperatorTokenFault) -> Failure {
    match fault {
        OperatorTokenFault::Token(fault) => fault.into(),
        fault => Failure::misuse(fault.to_string()),
    }
}

fn nameless() -> Failure {
    Failure::misuse("no variable says who sits here: --name does".to_owned())
}

fn lifetime(text: &str) -> Result<Duration, String> {
    let wrong = || "a time is written as in 30s, 15m or 1h".to_owned();
    let length: SignedDuration = text.parse().map_err(|_| wrong())?;
    let length = Duration::try_from(length).map_err(|_| wrong())?;
    match length {
        length if length < Duration::from_secs(1) => Err("that is no time".to_owned()),
        length if length > LIFETIME_MAX => Err("a token is good for an hour at most".to_owned()),
        length => Ok(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_between_a_second_and_an_hour() {
        for (text, seconds) in [("1s", 1), ("15m", 900), ("1h", 3_600), ("60m", 3_600)] {
            assert_eq!(lifetime(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "1", "61m", "2h", "0s", "-5m", "soon", "100ms"] {
            assert!(lifetime(text).is_err(), "{text}");
        }
    }
}

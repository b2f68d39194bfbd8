//! Limits that no test reaches by accident: all of them come from one address, and many register.

use std::process::Command;

const PREFIX: &str = "AIRTIDE__LIMITS__";
const PLENTY: &str = "1000000";
const ALL: [&str; 16] = [
    "ANONYMOUS_PER_MINUTE",
    "WRONG_CREDENTIALS_PER_MINUTE",
    "PRINCIPAL_PER_SECOND",
    "PRINCIPAL_BURST",
    "KEY_PER_MINUTE",
    "TENANT_PER_SECOND",
    "TENANT_BURST",
    "LOGIN_PER_MINUTE",
    "LOGIN_BURST",
    "LOGIN_PER_ADDRESS_PER_MINUTE",
    "LOGIN_FAILURES_PER_HOUR",
    "REGISTER_PER_HOUR",
    "REFRESH_PER_FIVE_MINUTES",
    "MAILS_PER_HOUR",
    "MAILS_PER_ADDRESS_PER_HOUR",
    "EXPORTS_PER_HOUR",
];

/// A test that sets one limit is about limits, and has the program's own for the rest.
pub fn widen(command: &mut Command, variables: &[(&str, &str)]) {
    if variables.iter().any(|(name, _)| name.starts_with(PREFIX)) {
        return;
    }
    command.envs(ALL.map(|name| (format!("{PREFIX}{name}"), PLENTY)));
}

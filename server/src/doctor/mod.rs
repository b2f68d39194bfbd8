//! Looks at everything a running Airtide needs, without changing anything.

mod nats;

use eventstore::doctor::{Finding, State, examine as examine_log};

use crate::config::Config;

pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = match config.database.url() {
        Ok(url) => examine_log(url.reveal(), &config.keys.dir).await,
        Err(_) => vec![Finding::fail("database", "database.url is not set", "set DATABASE_URL")],
    };
    findings.push(nats::examine(config).await);
    findings
}

/// What could not be looked at is no better than what failed.
pub fn is_problem(finding: &Finding) -> bool {
    matches!(finding.state, State::Fail | State::Unknown)
}

//! Looks at everything a running Airtide needs, without changing anything.

mod nats;

use eventstore::doctor::{Finding, State, examine as examine_log, examine_relay};

use crate::config::Config;

pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = match config.database.url() {
        Ok(url) => examine_log(url.reveal(), &config.keys.dir).await,
        Err(_) => vec![Finding::fail("database", "database.url is not set", "set DATABASE_URL")],
    };
    let nats = nats::examine(config).await;
    let is_there = nats.state == State::Ok;
    findings.push(nats);
    if is_there && let (Ok(database_url), Ok(nats_url)) = (config.database.url(), config.nats.url()) {
        findings.extend(examine_relay(database_url.reveal(), nats_url.reveal()).await);
    }
    findings
}

/// What could not be looked at is no better than what failed.
pub fn is_problem(finding: &Finding) -> bool {
    matches!(finding.state, State::Fail | State::Unknown)
}

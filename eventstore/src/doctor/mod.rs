//! Looks at everything the log stands on and names what is wrong, without changing anything.

mod checkpoints;
mod database;
mod erasures;
mod keys;
mod partitions;
mod relay;
mod security;
mod tail;
mod work;

pub use checkpoints::examine_checkpoints;
pub use erasures::examine_erasures;
pub use keys::WITHOUT_SECRETS;
pub use relay::examine_relay;
pub use work::examine_work;

use std::path::Path;

use serde::Serialize;
use sqlx::PgConnection;

use crate::chain_of;
use crate::database::{self as connections, Role};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    /// It works, and will not for long or not well.
    Warn,
    Fail,
    /// Could not be looked at, which is no reason to call it healthy.
    Unknown,
}

/// What one check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub state: State,
    pub detail: String,
    /// What to do about it; empty when nothing is wrong.
    pub fix: String,
}

impl Finding {
    pub fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, state: State::Ok, detail: detail.into(), fix: String::new() }
    }

    pub fn warn(check: &'static str, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, state: State::Warn, detail: detail.into(), fix: fix.into() }
    }

    pub fn fail(check: &'static str, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, state: State::Fail, detail: detail.into(), fix: fix.into() }
    }

    /// What could not be looked at is no better than what failed.
    pub fn is_problem(&self) -> bool {
        matches!(self.state, State::Fail | State::Unknown)
    }

    pub fn unknown(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, state: State::Unknown, detail: detail.into(), fix: String::new() }
    }
}

/// Everything about the log, in the order in which one thing needs the other.
pub async fn examine(database_url: &str, keys_dir: &Path) -> Vec<Finding> {
    let mut findings = vec![database::migrations(database_url).await];
    let mut reader = match connections::connect(database_url, Role::LogReader).await {
        Ok(reader) => reader,
        Err(unfit) => {
            let fix = "check DATABASE_URL and that Postgres runs, then `airtide migrate up`";
            findings.push(Finding::fail("database", chain_of(&unfit), fix));
            return findings;
        }
    };
    findings.push(Finding::ok("database", "reachable"));
    findings.push(answered("keys", keys::examine(&mut reader, keys_dir).await));
    findings.extend(examine_inside(&mut reader).await);
    findings
}

async fn examine_inside(reader: &mut PgConnection) -> Vec<Finding> {
    vec![
        answered("durability", database::durability(reader).await),
        answered("roles", security::roles(reader).await),
        answered("row security", security::row_security(reader).await),
        answered("event partitions", partitions::events(reader).await),
        answered("command partitions", partitions::commands(reader).await),
        answered("tail", tail::examine(reader).await),
        answered("foreign snapshots", database::foreign_snapshots(reader).await),
    ]
}

fn answered(check: &'static str, finding: sqlx::Result<Finding>) -> Finding {
    finding.unwrap_or_else(|error| Finding::unknown(check, error.to_string()))
}

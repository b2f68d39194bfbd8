//! Looks at everything a running Airtide needs, without changing anything.

mod nats;

use serde::Serialize;

use crate::config::Config;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    Warn,
    Fail,
    /// Could not be looked at, which is no reason to call it healthy.
    Unknown,
}

#[derive(Debug, Serialize)]
pub struct Finding {
    pub check: String,
    pub state: State,
    pub detail: String,
    /// What to do about it; empty when nothing is wrong.
    pub fix: String,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Fail => "fail",
            State::Unknown => "unknown",
        }
    }
}

impl Finding {
    pub fn is_problem(&self) -> bool {
        matches!(self.state, State::Fail | State::Unknown)
    }
}

pub async fn examine(config: &Config) -> Vec<Finding> {
    vec![nats::examine(config).await]
}

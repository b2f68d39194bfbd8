//! What a process is there for.

use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    All,
    Api,
    Relay,
    Projections,
    Workers,
}

impl Role {
    pub fn is_among(self, wanted: &[Role]) -> bool {
        wanted.contains(&Role::All) || wanted.contains(&self)
    }
}

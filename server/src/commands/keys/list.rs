//! `airtide keys list`: every key that wraps, oldest first.

use std::process::ExitCode;

use clap::Args;
use eventstore::keyring::KeyState;
use eventstore::keyring::counts::Counted;
use eventstore::keyring::rotation::{Listed, Rotation};

use crate::commands::common::{Common, Output, print_json, print_table};
use crate::failure::Failure;

#[derive(Args)]
pub struct List {
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl List {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let mut rotation = Rotation::open(config.database.url()?.reveal(), &config.keys.dir).await?;
        let listed = rotation.list().await?;
        match self.output {
            Output::Json => print_json(&listed)?,
            Output::Table => print_table(&table(&listed)),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn table(listed: &[Listed]) -> Vec<Vec<String>> {
    let title = ["KEY", "STATE", "FILE", "VALUES"].map(String::from).to_vec();
    let row = |listed: &Listed| {
        let values: Vec<String> = listed.values.iter().map(Counted::to_string).collect();
        let file = if listed.is_here { "here" } else { "missing" };
        vec![
            listed.key.number.to_string(),
            state(listed.key.state).to_owned(),
            file.to_owned(),
            if values.is_empty() { "none".to_owned() } else { values.join(", ") },
        ]
    };
    std::iter::once(title).chain(listed.iter().map(row)).collect()
}

fn state(state: KeyState) -> &'static str {
    match state {
        KeyState::Known => "known",
        KeyState::Wraps => "wraps",
        KeyState::Opens => "opens",
        KeyState::Retired => "retired",
    }
}

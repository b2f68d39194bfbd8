//! `airtide config show`: each value with its origin, secrets masked.

use std::process::ExitCode;

use clap::Subcommand;

use super::common::{Common, Output, print_json, print_table};
use crate::config::Shown;
use crate::failure::Failure;

#[derive(Subcommand)]
pub enum Config {
    /// Print each setting with its value and where it comes from
    Show {
        /// How the answer is printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
}

impl Config {
    pub fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let Config::Show { output } = self;
        let shown = common.load(Vec::new())?.show();
        match output {
            Output::Json => print_json(&shown)?,
            Output::Table => print_table(&table(shown)),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn table(shown: Vec<Shown>) -> Vec<Vec<String>> {
    let title = ["SETTING", "VALUE", "ORIGIN"].map(String::from).to_vec();
    let row =
        |shown: Shown| vec![shown.key.to_owned(), shown.value.unwrap_or_else(|| "-".into()), shown.origin];
    std::iter::once(title).chain(shown.into_iter().map(row)).collect()
}

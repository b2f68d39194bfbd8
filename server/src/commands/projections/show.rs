//! `airtide projections show`: one read model.

use std::process::ExitCode;

use ::projections::runtime::rebuild::{self, SetAside, Size, Told};
use clap::Args;

use super::named;
use super::told::versions;
use crate::commands::common::{Common, Output, print_json, print_line, print_table};
use crate::failure::Failure;

#[derive(Args)]
pub struct Show {
    /// As `list` tells it
    name: String,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl Show {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let told = rebuild::show(config.database.url()?.reveal(), named(&self.name)?).await?;
        match self.output {
            Output::Table => tell(&told),
            Output::Json => print_json(&told)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(told: &Told) {
    print_table(&versions(&told.versions));
    print_line("");
    print_table(&sizes(&told.tables));
    if !told.set_aside.is_empty() {
        print_line("");
        print_table(&set_aside(&told.set_aside));
    }
}

fn sizes(tables: &[Size]) -> Vec<Vec<String>> {
    let title = ["TABLE", "ROWS (ESTIMATED)", "BYTES"].map(String::from).to_vec();
    let row = |each: &Size| vec![each.table.clone(), each.rows.to_string(), each.bytes.to_string()];
    std::iter::once(title).chain(tables.iter().map(row)).collect()
}

fn set_aside(keys: &[SetAside]) -> Vec<Vec<String>> {
    let title = ["SET ASIDE", "VERSION", "FROM", "EVENTS", "SINCE", "REASON"].map(String::from).to_vec();
    let row = |each: &SetAside| {
        vec![
            each.key.clone(),
            each.version.to_string(),
            each.first_position.to_string(),
            each.events.to_string(),
            each.since.to_string(),
            each.reason.clone(),
        ]
    };
    std::iter::once(title).chain(keys.iter().map(row)).collect()
}

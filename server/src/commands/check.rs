//! `airtide check`: holds everything that is stored against what must always be so.

use std::process::ExitCode;

use clap::Args;
use eventstore::check::Checked;

use super::common::{Common, Output, print_json, print_table};
use crate::failure::Failure;
use crate::wire;

#[derive(Args)]
pub struct Check {
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl Check {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let log = wire::open_log(&config).await?;
        let checked = projections::check(config.database.url()?.reveal(), &log.reader(), &mut |_| ()).await;
        log.close().await;
        let checked = checked?;
        match self.output {
            Output::Json => print_json(&checked)?,
            Output::Table => print_table(&table(&checked)),
        }
        let holds = checked.iter().all(Checked::holds);
        Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn table(checked: &[Checked]) -> Vec<Vec<String>> {
    let title = ["CHECK", "COUNTED", "VIOLATIONS"].map(String::from).to_vec();
    let row = |each: &Checked| {
        let violations = if each.holds() { "none".into() } else { each.violations.join("; ") };
        vec![each.check.clone(), each.counted.to_string(), violations]
    };
    std::iter::once(title).chain(checked.iter().map(row)).collect()
}

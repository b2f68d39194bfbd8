//! `airtide check`: holds everything that is stored against what must always be so.

use std::process::ExitCode;

use clap::Args;
use eventstore::check::{self, Checked};
use eventstore::doctor::WITHOUT_SECRETS;
use eventstore::erasure;

use super::common::{Common, Output, print_json, print_table};
use crate::config::Config;
use crate::failure::Failure;
use crate::wire;

#[derive(Args)]
pub struct Check {
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl Check {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let checked = check(&config).await?;
        match self.output {
            Output::Json => print_json(&checked)?,
            Output::Table => print_table(&table(&checked)),
        }
        let holds = checked.iter().all(Checked::holds);
        Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

async fn check(config: &Config) -> Result<Vec<Checked>, Failure> {
    let url = config.database.url()?.reveal();
    match wire::open_log(config).await {
        Ok(log) => {
            let checked = projections::check(url, &log.reader(), &mut |_| ()).await;
            let erased = erasure::check(url, &config.erasures(), log.keys().checkpoint_signing()).await;
            log.close().await;
            Ok(checked?.into_iter().chain([erased?]).collect())
        }
        // Without keys the log itself can be checked, and nothing that is made of it.
        Err(_) if check::came_without_secrets(url).await? => {
            let mut checked = check::check(url).await?;
            checked.push(Checked::not_yet("read models equal a fold of the log", WITHOUT_SECRETS));
            Ok(checked)
        }
        Err(failure) => Err(failure),
    }
}

fn found(each: &Checked) -> String {
    match &each.not_yet {
        Some(why) => why.clone(),
        None if each.holds() => "none".to_owned(),
        None => each.violations.join("; "),
    }
}

fn table(checked: &[Checked]) -> Vec<Vec<String>> {
    let title = ["CHECK", "COUNTED", "VIOLATIONS"].map(String::from).to_vec();
    let row = |each: &Checked| vec![each.check.clone(), each.counted.to_string(), found(each)];
    std::iter::once(title).chain(checked.iter().map(row)).collect()
}

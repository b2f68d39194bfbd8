//! `airtide doctor`: looks for problems and says how to fix each.

use std::process::ExitCode;

use api::ops::Doctor as Examines;
use clap::Args;
use eventstore::doctor::{Finding, State};

use super::common::{Common, Output, print_json, print_table};
use crate::doctor::Patient;
use crate::failure::Failure;

const FOUND_PROBLEMS: u8 = 10;

#[derive(Args)]
pub struct Doctor {
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl Doctor {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let findings = Patient::of(&config).examine().await;
        match self.output {
            Output::Json => print_json(&findings)?,
            Output::Table => print_table(&table(&findings)),
        }
        let healthy = !findings.iter().any(Finding::is_problem);
        Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::from(FOUND_PROBLEMS) })
    }
}

fn table(findings: &[Finding]) -> Vec<Vec<String>> {
    let title = ["CHECK", "STATE", "DETAIL", "FIX"].map(String::from).to_vec();
    let row = |finding: &Finding| {
        let cells = [finding.check, word(finding.state), &finding.detail, &finding.fix];
        cells.map(String::from).to_vec()
    };
    std::iter::once(title).chain(findings.iter().map(row)).collect()
}

fn word(state: State) -> &'static str {
    match state {
        State::Ok => "ok",
        State::Warn => "warn",
        State::Fail => "fail",
        State::Unknown => "unknown",
    }
}

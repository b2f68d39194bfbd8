//! `airtide log new-incarnation`: another history begins.

use std::process::ExitCode;

use clap::Args;
use eventstore::incarnation::{self, Begun, ReadModel};

use crate::commands::common::{Common, Output, print_json, print_line, print_table};
use crate::failure::Failure;

#[derive(Args)]
pub struct NewIncarnation {
    /// Why, for those who read the log later
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl NewIncarnation {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let url = config.database.url()?.reveal();
        tell(&incarnation::begin(url, &self.reason).await?, self.output)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(begun: &Begun, output: Output) -> Result<(), Failure> {
    if output == Output::Json {
        return Ok(print_json(begun)?);
    }
    print_line(&format!("The log is in incarnation {} now.", begun.incarnation));
    print_line(&format!("Up to position {} it is the same as before.", begun.last_common_position));
    print_table(&table(begun));
    Ok(())
}

fn table(begun: &Begun) -> Vec<Vec<String>> {
    let title = ["READ MODEL", "VERSION", "POSITION", "STATE"].map(String::from).to_vec();
    let row = |model: &ReadModel, state: &str| {
        vec![model.name.clone(), model.version.to_string(), model.position.to_string(), state.to_owned()]
    };
    let goes_on = begun.goes_on.iter().map(|model| row(model, "goes on"));
    let stands_still = begun.stands_still.iter().map(|model| row(model, "stands still: make it anew"));
    std::iter::once(title).chain(goes_on).chain(stands_still).collect()
}

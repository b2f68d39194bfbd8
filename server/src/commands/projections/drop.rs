//! `airtide projections drop`: what of a read model is not in use goes.

use std::process::ExitCode;

use ::projections::runtime::rebuild::{came_of_dropping, drop_unused};
use clap::Args;
use domain::operations::operation::Act;

use super::named;
use crate::commands::acting::Acting;
use crate::commands::common::{Common, Output, print_json, print_line};
use crate::failure::Failure;

#[derive(Args)]
pub struct Drop {
    /// As `list` tells it
    name: String,
    #[command(flatten)]
    acting: Acting,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl Drop {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let projection = named(&self.name)?;
        let begun = self.acting.begin(&config, Act::DropProjection, &self.name).await?;
        let outcome = drop_unused(config.database.url()?.reveal(), projection).await;
        begun.end(came_of_dropping(&outcome)).await?;
        let dropped = outcome?;
        match self.output {
            Output::Json => print_json(&dropped)?,
            Output::Table => {
                dropped.schemas.iter().for_each(|schema| print_line(&format!("Dropped {schema}.")))
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

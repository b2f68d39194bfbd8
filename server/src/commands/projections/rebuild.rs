//! `airtide projections rebuild`: a read model is made anew beside the one in use.

use std::process::ExitCode;

use ::projections::Projection;
use ::projections::runtime::rebuild::{
    RebuildFailed, RebuildOptions, Rebuilt, came, lines, next_step, rebuild,
};
use clap::Args;
use domain::operations::operation::Act;

use super::named;
use crate::commands::acting::{Acting, Begun};
use crate::commands::common::{Common, Output, print_json, print_line};
use crate::commands::log::progress::Teller;
use crate::failure::Failure;

#[derive(Args)]
pub struct Rebuild {
    /// As `list` tells it
    name: String,
    /// Compare row by row with what is in use; if anything differs, end with 1 and do not switch
    #[arg(long)]
    verify: bool,
    /// Put the new tables in the place of those in use, which stay beside until they are dropped
    #[arg(long)]
    switch: bool,
    #[command(flatten)]
    acting: Acting,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl Rebuild {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let projection = named(&self.name)?;
        let begun = self.acting.begin(&config, self.act(), &self.name).await?;
        let outcome = self.rebuild(config.database.url()?.reveal(), projection, &begun).await;
        begun.end(came(&outcome)).await?;
        let rebuilt = outcome?;
        match self.output {
            Output::Json => print_json(&rebuilt)?,
            Output::Table => lines(&rebuilt).iter().for_each(|line| print_line(line)),
        }
        if self.output == Output::Table {
            print_line(next_step(&rebuilt));
        }
        Ok(if rebuilt.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn act(&self) -> Act {
        if self.switch { Act::SwitchProjection } else { Act::RebuildProjection }
    }

    async fn rebuild(
        &self,
        database_url: &str,
        projection: &'static dyn Projection,
        begun: &Begun,
    ) -> Result<Rebuilt, RebuildFailed> {
        let options = RebuildOptions {
            database_url: database_url.to_owned(),
            reader: begun.log().reader(),
            projection,
            verify: self.verify,
            switch: self.switch,
        };
        let mut teller = Teller::of("read", "events");
        rebuild(options, &mut |progress| teller.tell(progress)).await
    }
}

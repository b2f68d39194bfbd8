//! `airtide projections rebuild`: a read model is made anew beside the one in use.

use std::process::ExitCode;

use ::projections::Projection;
use ::projections::runtime::rebuild::{RebuildOptions, Rebuilt, rebuild};
use clap::Args;
use domain::operations::operation::{Act, Outcome};
use eventstore::operations::Came;

use super::{named, told};
use crate::commands::acting::{Acting, Begun};
use crate::commands::common::{Common, Output, print_json, print_line};
use crate::commands::log::progress::Teller;
use crate::config::Config;
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
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl Rebuild {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let projection = named(&self.name)?;
        let begun = self.acting.begin(&config, self.act(), &self.name).await?;
        let outcome = self.rebuild(&config, projection, &begun).await;
        begun.end(self.came(&outcome)).await?;
        let rebuilt = outcome?;
        match self.output {
            Output::Json => print_json(&rebuilt)?,
            Output::Table => told::lines(&rebuilt).iter().for_each(|line| print_line(line)),
        }
        if self.output == Output::Table {
            print_line(self.next_step(&rebuilt));
        }
        Ok(if rebuilt.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn act(&self) -> Act {
        if self.switch { Act::SwitchProjection } else { Act::RebuildProjection }
    }

    async fn rebuild(
        &self,
        config: &Config,
        projection: &'static dyn Projection,
        begun: &Begun,
    ) -> Result<Rebuilt, Failure> {
        let options = RebuildOptions {
            database_url: config.database.url()?.reveal().to_owned(),
            reader: begun.log().reader(),
            projection,
            verify: self.verify,
            switch: self.switch,
        };
        let mut teller = Teller::of("read", "events");
        Ok(rebuild(options, &mut |progress| teller.tell(progress)).await?)
    }

    fn came(&self, outcome: &Result<Rebuilt, Failure>) -> Came {
        match outcome {
            Ok(rebuilt) => {
                let outcome = if rebuilt.holds() { Outcome::Done } else { Outcome::Failed };
                let detail = format!("{} {}", told::lines(rebuilt).join("\n"), self.next_step(rebuilt));
                Came { outcome, count: rebuilt.events.unsigned_abs(), detail }
            }
            Err(failure) => Came { outcome: Outcome::Failed, count: 0, detail: failure.message().to_owned() },
        }
    }

    fn next_step(&self, rebuilt: &Rebuilt) -> &'static str {
        match (rebuilt.switched, rebuilt.holds()) {
            (true, _) => "It is in use now; the one before it lies beside until it is dropped.",
            (false, true) => "It lies beside the one in use.",
            (false, false) => "It lies beside the one in use, which stays.",
        }
    }
}

//! `airtide replay`: events of the past, given to a worker again. What was done is not done again.

use std::io::{self, BufRead};
use std::process::ExitCode;

use clap::Args;
use domain::operations::OperationId;
use eventstore::chain::Progress;
use eventstore::inspect::Inspector;
use eventstore::operations::{self, Operations};
use workers::runtime::{Replay as Again, ReplayFailed, Replayed};

use super::acting;
use super::common::{Common, Output, print_json, print_line};
use super::log::filters::{Filters, check_names};
use super::log::progress::Teller;
use crate::config::Config;
use crate::failure::Failure;
use crate::replaying::found;
use crate::wire;

/// Some was left alone.
const PARTIAL: u8 = 6;

#[derive(Args)]
pub struct Replay {
    /// To this worker
    #[arg(long, value_name = "WORKER", value_parser = owing)]
    worker: &'static str,
    /// From this position on
    #[arg(long, value_name = "POSITION", value_parser = clap::value_parser!(i64).range(1..))]
    from: i64,
    /// Up to this position; where the log ends when it is further
    #[arg(long, value_name = "POSITION", value_parser = clap::value_parser!(i64).range(1..))]
    to: i64,
    #[command(flatten)]
    filters: Filters,
    /// Say what would be made, and make nothing
    #[arg(long, conflicts_with_all = ["yes", "operation"])]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Why, for those who read the log later
    #[arg(long, value_name = "TEXT", required_unless_present = "dry_run")]
    reason: Option<String>,
    /// Go on with an operation that was cut short, with the same flags
    #[arg(long, value_name = "ID", value_parser = acting::operation_id)]
    operation: Option<OperationId>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

impl Replay {
    pub async fn run(mut self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        if self.from > self.to {
            return Err(Failure::misuse("--from lies behind --to".to_owned()));
        }
        let url = config.database.url()?.reveal().to_owned();
        let again = Again {
            database_url: &url,
            owing: found(self.worker)
                .ok_or_else(|| Failure::missing(format!("there is no worker {}", self.worker)))?,
            from: self.from,
            to: self.to,
            filter: std::mem::take(&mut self.filters).filter(),
        };
        let inspector = Inspector::open(&url).await?;
        check_names(&inspector, &again.filter).await?;
        inspector.close().await;
        let positions = again.positions().await.map_err(why_not)?;
        let is_begun = self.operation.is_some();
        if !is_begun {
            let preview = again.preview(self.teller(positions)).await.map_err(why_not)?;
            self.tell(&preview, "would be made");
            if self.dry_run || preview.made == 0 {
                let code = self.end(&again, None, preview)?;
                return Ok(if self.dry_run { ExitCode::SUCCESS } else { code });
            }
            if !(self.yes || is_agreed_to(preview.made)?) {
                return Err(Failure::conflict("nobody agreed to it: nothing was made".to_owned()));
            }
        }
        let id = self.operation.take().map_or_else(operations::new_id, Ok)?;
        eprintln!("operation {id}: if it is cut short, the same command with --operation goes on with it");
        let replayed = self.carry_out(&config, &again, &id, positions).await?;
        self.tell(&replayed, "were made");
        self.end(&again, Some(id), replayed)
    }

    async fn carry_out(
        &self,
        config: &Config,
        again: &Again<'_>,
        id: &OperationId,
        positions: i64,
    ) -> Result<Replayed, Failure> {
        let log = wire::open_log(config).await?;
        let operations = Operations::by(log.executor(), acting::actor());
        let reason = self.reason.as_deref().unwrap_or_default();
        let replayed =
            again.carry_out(&operations, id, reason, self.teller(positions)).await.map_err(why_not)?;
        log.close().await;
        Ok(replayed)
    }

    fn teller(&self, total: i64) -> impl FnMut(Replayed) + use<> {
        let mut teller = Teller::of("looked at", "positions");
        let before = self.from - 1;
        move |replayed| teller.tell(Progress { done: replayed.up_to - before, total })
    }

    fn tell(&self, replayed: &Replayed, made_how: &str) {
        let Replayed { events, made, known, done, unsure, .. } = replayed;
        if self.output == Output::Table {
            print_line(&format!(
                "{made} pieces of work for {} {made_how}, of {events} events: {known} are known, {done} were done, \
                 {unsure} may have been done.",
                self.worker
            ));
        }
    }

    fn end(
        &self,
        again: &Again<'_>,
        operation: Option<OperationId>,
        replayed: Replayed,
    ) -> Result<ExitCode, Failure> {
        if self.output == Output::Json {
            print_json(&again.told(operation, replayed))?;
        }
        Ok(if replayed.unsure == 0 { ExitCode::SUCCESS } else { ExitCode::from(PARTIAL) })
    }
}

fn owing(text: &str) -> Result<&'static str, String> {
    let names: Vec<&'static str> = workers::OWING.iter().map(|owing| owing.intake().name()).collect();
    let found = names.iter().find(|name| **name == text).copied();
    found.ok_or_else(|| format!("the workers are {}", names.join(", ")))
}

fn why_not(failed: ReplayFailed) -> Failure {
    match failed {
        ReplayFailed::IndexBehind { .. }
        | ReplayFailed::Imported { .. }
        | ReplayFailed::NoIntake
        | ReplayFailed::Over(_) => Failure::conflict(failed.to_string()),
        failed => failed.into(),
    }
}

/// Whoever is not there agrees to nothing.
fn is_agreed_to(made: u64) -> io::Result<bool> {
    eprint!("make {made} pieces of work? Type yes: ");
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

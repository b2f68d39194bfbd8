//! `airtide work retry`, `discard` and `park`: first what would move, then the question, then the moving.

use std::io::{self, BufRead};
use std::process::ExitCode;

use clap::Args;
use domain::operations::OperationId;
use eventstore::chain::Progress;
use eventstore::operations::{self, Operations};
use eventstore::work::{Deed, Moved, Moving, NotPlanned, Plan, Which, Work};

use super::choice::{self, Flags};
use super::rows;
use crate::commands::acting;
use crate::commands::common::{Common, ListOutput, print_json, print_line, print_table};
use crate::commands::log::progress::Teller;
use crate::config::Config;
use crate::failure::Failure;
use crate::wire;

/// Some was left alone.
const PARTIAL: u8 = 6;

#[derive(Args)]
pub struct Retry {
    #[command(flatten)]
    how: How,
    /// Also work that may have been done already and must not be done twice; only by its name
    #[arg(long, conflicts_with_all = ["worker", "states", "key", "tenant", "group", "older_than", "younger_than"])]
    even_if_done: bool,
}

#[derive(Args)]
pub struct Discard {
    #[command(flatten)]
    how: How,
}

#[derive(Args)]
pub struct Park {
    #[command(flatten)]
    how: How,
}

#[derive(Args)]
struct How {
    /// Its name: WORKER/POSITION/PART; without one, whatever fits the flags
    #[arg(value_name = "WORK", value_parser = choice::name,
          conflicts_with_all = ["worker", "states", "key", "tenant", "group", "older_than", "younger_than"])]
    name: Option<String>,
    #[command(flatten)]
    flags: Flags,
    /// Say what would move, and move nothing
    #[arg(long, conflicts_with_all = ["yes", "operation"])]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Why, for those who read the log later
    #[arg(long, value_name = "TEXT", required_unless_present = "dry_run", value_parser = acting::reason)]
    reason: Option<String>,
    /// Go on with an operation that was cut short: what it is about is fixed already
    #[arg(long, value_name = "ID", value_parser = acting::operation_id,
          conflicts_with_all = ["name", "worker", "states", "key", "tenant", "group", "older_than", "younger_than"])]
    operation: Option<OperationId>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

impl Retry {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        self.how.run(common, Deed::Retry, self.even_if_done).await
    }
}

impl Discard {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        self.how.run(common, Deed::Discard, false).await
    }
}

impl Park {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        self.how.run(common, Deed::Park, false).await
    }
}

impl How {
    async fn run(mut self, common: Common, deed: Deed, even_if_done: bool) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let work = choice::open(&config).await?;
        let plan = self.plan(&config, &work, deed, even_if_done).await?;
        tell_plan(&plan, self.output);
        if self.dry_run || plan.pieces == 0 {
            return self.say_that_nothing_moved(&work, plan).await;
        }
        let reason = self.reason.take().unwrap_or_default();
        if !(self.yes || plan.is_begun || is_agreed_to(&plan)?) {
            work.forget(&plan.operation).await?;
            return Err(Failure::conflict("nobody agreed to it: nothing moved".to_owned()));
        }
        eprintln!("operation {}: if it is cut short, --operation goes on with it", plan.operation);
        let came = carry_out(&config, &work, &plan, &reason).await?;
        self.say(plan, came)
    }

    async fn plan(
        &mut self,
        config: &Config,
        work: &Work,
        deed: Deed,
        even_if_done: bool,
    ) -> Result<Plan, Failure> {
        if let Some(operation) = self.operation.take() {
            return known(work, deed, &operation).await;
        }
        let which = match self.name.take() {
            Some(name) => Which::Named { name, even_if_done },
            None => Which::Fitting(std::mem::take(&mut self.flags).choice()),
        };
        let operation = operations::new_id()?;
        let planned = match self.dry_run {
            true => work.preview(&operation, deed, &which).await,
            false => work.plan(&operation, deed, &which).await,
        };
        let plan = planned.map_err(why_not)?;
        if let (0, Which::Fitting(choice)) = (plan.pieces, &which) {
            work.forget(&plan.operation).await?;
            choice::check_names(config, choice).await?;
        }
        Ok(plan)
    }

    async fn say_that_nothing_moved(&self, work: &Work, plan: Plan) -> Result<ExitCode, Failure> {
        if plan.pieces == 0 {
            eprintln!(
                "airtide: no work fits; what will be tried again by itself is meant with --state later"
            );
        }
        work.forget(&plan.operation).await?;
        if self.output != ListOutput::Table {
            print_json(&Moving { plan, came: None })?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn say(&self, plan: Plan, came: Moved) -> Result<ExitCode, Failure> {
        let Moved { pieces, moved, left_alone } = came;
        match self.output {
            ListOutput::Table if left_alone == 0 => print_line(&format!("{moved} moved.")),
            ListOutput::Table => print_line(&format!(
                "{moved} of {pieces} moved; {left_alone} had changed since they were looked at and were left alone."
            )),
            ListOutput::Json | ListOutput::Ndjson => print_json(&Moving { plan, came: Some(came) })?,
        }
        Ok(if left_alone == 0 { ExitCode::SUCCESS } else { ExitCode::from(PARTIAL) })
    }
}

/// An operation that was planned before.
async fn known(work: &Work, deed: Deed, operation: &OperationId) -> Result<Plan, Failure> {
    let plan = work.planned(operation).await?;
    let plan = plan.ok_or_else(|| Failure::missing(format!("nothing is planned under {operation}")))?;
    match plan.deed == deed {
        true => Ok(plan),
        false => Err(Failure::conflict(format!("{operation} is to {} work", plan.deed.name()))),
    }
}

async fn carry_out(config: &Config, work: &Work, plan: &Plan, reason: &str) -> Result<Moved, Failure> {
    let log = wire::open_log(config).await?;
    let operations = Operations::by(log.executor(), acting::actor());
    let mut teller = Teller::of("moved", "pieces");
    let came = work.carry_out(&operations, plan, reason, |moved| {
        teller.tell(Progress { done: moved.moved + moved.left_alone, total: moved.pieces });
    });
    let came = came.await?;
    log.close().await;
    Ok(came)
}

fn why_not(reason: NotPlanned) -> Failure {
    match reason {
        NotPlanned::Missing(_) => Failure::missing(reason.to_string()),
        NotPlanned::NotSo { .. } => Failure::conflict(reason.to_string()),
        NotPlanned::MayBeDone { .. } => {
            Failure::conflict(format!("{reason}; --even-if-done does it all the same"))
        }
        NotPlanned::Unfit { .. } | NotPlanned::Everything => Failure::misuse(reason.to_string()),
        NotPlanned::Database(error) => error.into(),
    }
}

/// On stdout where it is read by people, who may be asked next.
fn tell_plan(plan: &Plan, output: ListOutput) {
    let deed = plan.deed.name();
    if output != ListOutput::Table {
        return;
    }
    print_line(&format!("{} pieces to {deed}.", plan.pieces));
    if plan.is_full {
        eprintln!("these are the oldest; there may be more, for another time");
    }
    if plan.pieces > 0 {
        print_table(&rows::of_kinds(&plan.kinds));
    }
}

/// Whoever is not there agrees to nothing.
fn is_agreed_to(plan: &Plan) -> io::Result<bool> {
    eprint!("{} {} pieces? Type yes: ", plan.deed.name(), plan.pieces);
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

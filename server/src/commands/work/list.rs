//! `airtide work list`: work that fits what is asked for, from either end.

use std::process::ExitCode;

use clap::Args;
use eventstore::work::{Order, State};

use super::choice::{self, Flags};
use super::rows;
use crate::commands::common::{Common, ListOutput, print_json, print_table};
use crate::failure::Failure;

#[derive(Args)]
pub struct List {
    #[command(flatten)]
    flags: Flags,
    /// The newest first
    #[arg(long)]
    newest: bool,
    /// No more pieces than this
    #[arg(long, value_name = "PIECES", default_value_t = 100)]
    limit: usize,
    /// Behind this place, which the page before named
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<i64>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

impl List {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let work = choice::open(&config).await?;
        let mut choice = self.flags.choice();
        if choice.states.is_empty() {
            // What is meant when no state is named: everything that is not settled.
            choice.states = State::UNSETTLED.to_vec();
        }
        let order = if self.newest { Order::NewestFirst } else { Order::OldestFirst };
        let listed = work.list(&choice, order, self.cursor, self.limit).await?;
        if listed.work.is_empty() && self.cursor.is_none() {
            choice::check_names(&config, &choice).await?;
        }
        match self.output {
            ListOutput::Table => print_table(&rows::of_pieces(&listed.work)),
            ListOutput::Json => print_json(&listed)?,
            ListOutput::Ndjson => listed.work.iter().try_for_each(print_json)?,
        }
        if let (Some(next), ListOutput::Table | ListOutput::Ndjson) = (listed.next, self.output) {
            eprintln!("there is more: --cursor {next}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

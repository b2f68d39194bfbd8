//! `airtide work show`: one piece of work whole.

use std::process::ExitCode;

use clap::Args;
use eventstore::work::Attempt;
use projections::inspection::{Inspection, PieceWhole};

use super::{choice, rows};
use crate::commands::common::{Common, ListOutput, print_json, print_line, print_table};
use crate::failure::Failure;

#[derive(Args)]
pub struct Show {
    /// Its name: WORKER/POSITION/PART
    #[arg(value_name = "WORK", value_parser = choice::name)]
    name: String,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

impl Show {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let inspection = Inspection::open(config.database.url()?.reveal(), workers::NAMES).await?;
        let found = inspection.piece(&self.name).await?;
        inspection.close().await;
        let whole = found.ok_or_else(|| Failure::missing(format!("there is no work {}", self.name)))?;
        match self.output {
            ListOutput::Table => tell(&whole),
            ListOutput::Json | ListOutput::Ndjson => print_json(&whole)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(whole: &PieceWhole) {
    let piece = &whole.work.piece;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row = |name: &str, value: String| rows.push(vec![name.to_owned(), value]);
    row("work", piece.claim.clone());
    row("state", piece.state.clone());
    row("tenant", piece.tenant.clone());
    row("key", piece.key.clone());
    row("owed since", piece.created_at.to_string());
    row(
        "attempts",
        format!("{} in this drive, {} failed, {} lost", piece.attempt, piece.failures, piece.lost),
    );
    row("driven again", piece.epoch.to_string());
    if let Some(reason) = &piece.reason {
        row("reason", format!("{} ({})", reason, piece.class.as_deref().unwrap_or(&piece.state)));
    }
    match &whole.event {
        Some(event) => {
            row(
                "event",
                format!("{} {} of {}/{}", event.position, event.event_type, event.tenant, event.stream()),
            );
            row("recorded at", event.recorded_at.to_string());
            row("data", event.data.to_string());
        }
        None => row("event", format!("{}, which is not in the log", piece.event_position)),
    }
    print_table(&rows);
    tell_attempts(&whole.work.attempts);
}

fn tell_attempts(attempts: &[Attempt]) {
    if attempts.is_empty() {
        return;
    }
    let title =
        ["DRIVE", "ATTEMPT", "BEGAN AT", "TOOK MS", "OUTCOME", "CLASS", "SAID"].map(String::from).to_vec();
    let row = |attempt: &Attempt| {
        vec![
            attempt.epoch.to_string(),
            attempt.attempt.to_string(),
            rows::time(attempt.began_at),
            took(attempt),
            attempt.outcome.clone(),
            attempt.class.clone().unwrap_or_default(),
            rows::first_line(attempt.said.as_deref()),
        ]
    };
    print_line("");
    print_table(&std::iter::once(title).chain(attempts.iter().map(row)).collect::<Vec<_>>());
}

fn took(attempt: &Attempt) -> String {
    let took = attempt.began_at.zip(attempt.ended_at).map(|(began, ended)| ended.duration_since(began));
    took.map_or_else(|| "-".to_owned(), |took| took.as_millis().to_string())
}

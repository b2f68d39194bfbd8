//! `airtide log show`: one event whole, and what it hangs together with.

use std::process::ExitCode;

use clap::Args;
use eventstore::inspect::EventTold;
use eventstore::work::Piece;
use projections::inspection::{Inspection, Which, Whole};

use super::event_told::{TITLE, row};
use crate::commands::common::{Common, ListOutput, print_json, print_line, print_table};
use crate::failure::Failure;

#[derive(Args)]
pub struct Show {
    /// Its position, or its id
    #[arg(value_name = "POSITION|EVENT_ID")]
    which: Which,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

impl Show {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let inspection = Inspection::open(config.database.url()?.reveal(), workers::NAMES).await?;
        let found = inspection.event(self.which).await?;
        inspection.close().await;
        let whole = found.ok_or_else(|| Failure::missing("the log holds no such event".to_owned()))?;
        match self.output {
            ListOutput::Table => tell(&whole),
            ListOutput::Json | ListOutput::Ndjson => print_json(&whole)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(whole: &Whole) {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row = |name: &str, value: String| rows.push(vec![name.to_owned(), value]);
    let event = &whole.event;
    row("position", event.position.to_string());
    row("id", event.id.to_string());
    row("type", format!("{}, written in version {}", event.event_type, event.schema_version));
    row("stream", format!("{}/{}, version {}", event.tenant, event.stream(), event.version));
    row("workspace", event.workspace.as_ref().map_or("none".to_owned(), |workspace| workspace.to_string()));
    row("recorded at", event.recorded_at.to_string());
    row("actor", event.actor.clone());
    row("command", event.command_id.to_string());
    row("correlation", event.correlation_id.to_string());
    row("traceparent", event.traceparent.clone().unwrap_or("none".to_owned()));
    let holds = if whole.digest_holds { "holds" } else { "does not hold: the row was changed" };
    row("digest", format!("{} {holds}", event.digest));
    if let Some(batch) = &whole.batch {
        let (id, first, last) = (batch.batch_id, batch.first_position, batch.last_position);
        row("batch", format!("{id}, positions {first} to {last}, incarnation {}", batch.incarnation));
        row("chain hash", batch.chain_hash.clone());
    }
    row("data", event.data.to_string());
    print_table(&rows);
    tell_events("CAUSED BY", whole.caused_by.as_slice());
    tell_events("CAUSED", &whole.caused);
    tell_work(&whole.work);
}

fn tell_events(what: &str, events: &[EventTold]) {
    print_line(&format!("\n{what}{}", if events.is_empty() { " nothing" } else { "" }));
    if !events.is_empty() {
        let title = TITLE.map(String::from).to_vec();
        let rows: Vec<Vec<String>> =
            std::iter::once(title).chain(events.iter().map(|event| row(event).to_vec())).collect();
        print_table(&rows);
    }
}

fn tell_work(work: &[Piece]) {
    if work.is_empty() {
        return;
    }
    let title = ["WORK", "STATE", "ATTEMPT", "FAILURES", "REASON"].map(String::from).to_vec();
    let row = |piece: &Piece| {
        let (attempt, failures) = (piece.attempt.to_string(), piece.failures.to_string());
        let reason = piece.reason.clone().unwrap_or_default();
        vec![piece.claim.clone(), piece.state.clone(), attempt, failures, reason]
    };
    print_line("");
    print_table(&std::iter::once(title).chain(work.iter().map(row)).collect::<Vec<_>>());
}

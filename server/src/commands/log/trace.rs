//! `airtide log trace`: everything that one command brought about, near or far, and how long each step took.

use std::process::ExitCode;

use clap::Args;
use eventstore::inspect::tree::{Command, Event, Work};
use projections::inspection::{EVENTS_MAX, Inspection, Trace as Told};
use uuid::Uuid;

use crate::commands::common::{Common, ListOutput, print_json, print_line};
use crate::failure::Failure;

#[derive(Args)]
pub struct Trace {
    /// As an event names it: the id of the command that began it all
    #[arg(value_name = "CORRELATION_ID")]
    correlation_id: Uuid,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

impl Trace {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let inspection = Inspection::open(config.database.url()?.reveal(), workers::NAMES).await?;
        let found = inspection.trace(self.correlation_id).await?;
        inspection.close().await;
        let missing = || Failure::missing("the log holds nothing of this correlation".to_owned());
        let told = found.ok_or_else(missing)?;
        match self.output {
            ListOutput::Table => tell(&told),
            ListOutput::Json | ListOutput::Ndjson => print_json(&told)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(told: &Told) {
    print_line(&format!("{}: {} events in {} ms", told.correlation_id, told.events, told.took_ms));
    if told.is_cut {
        eprintln!("airtide: only the first {EVENTS_MAX} events are told");
    }
    told.commands.iter().for_each(|command| tell_command(command, 0));
}

fn tell_command(command: &Command, depth: usize) {
    let Command { command_id, actor, after_ms, events } = command;
    let after = after_ms.map_or(String::new(), |after| format!("  +{after} ms"));
    say(depth, &format!("command {command_id} by {actor}{after}"));
    events.iter().for_each(|event| tell_event(event, depth + 1));
}

fn tell_event(event: &Event, depth: usize) {
    let Event { position, event_type, stream, version, recorded_at, .. } = event;
    say(depth, &format!("event {position} {event_type} of {stream}, version {version}, at {recorded_at}"));
    event.work.iter().for_each(|work| tell_work(work, depth + 1));
    event.commands.iter().for_each(|command| tell_command(command, depth + 1));
}

fn tell_work(work: &Work, depth: usize) {
    let piece = &work.piece;
    let took = work.took_ms.map_or(String::new(), |took| format!(", took {took} ms"));
    let reason = piece.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    let (claim, state, attempt, failures) = (&piece.claim, &piece.state, piece.attempt, piece.failures);
    let after = work.after_ms;
    say(
        depth,
        &format!("work {claim} {state}{reason}, attempt {attempt}, failures {failures}  +{after} ms{took}"),
    );
    work.commands.iter().for_each(|command| tell_command(command, depth + 1));
}

fn say(depth: usize, text: &str) {
    print_line(&format!("{}{text}", "  ".repeat(depth)));
}

//! `airtide log trace`: everything that one command brought about, near or far, and how long each step took.

use std::process::ExitCode;

use clap::Args;
use eventstore::inspect::{Inspector, Links};
use eventstore::work::Work as Pieces;
use projections::identity::event_index::chain;
use serde::Serialize;
use uuid::Uuid;

use super::tree::{Command, Event, Work, plant};
use crate::commands::common::{Common, ListOutput, print_json, print_line};
use crate::failure::Failure;

/// Events of one chain that are told.
const EVENTS_MAX: usize = 2_000;

#[derive(Args)]
pub struct Trace {
    /// As an event names it: the id of the command that began it all
    #[arg(value_name = "CORRELATION_ID")]
    correlation_id: Uuid,
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

#[derive(Serialize)]
struct TraceTold {
    correlation_id: Uuid,
    events: usize,
    /// From the first event to the last.
    took_ms: f64,
    /// Whether there are more events than are told.
    is_cut: bool,
    commands: Vec<Command>,
}

impl Trace {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let told = self.find(config.database.url()?.reveal()).await?;
        match self.output {
            ListOutput::Table => tell(&told),
            ListOutput::Json | ListOutput::Ndjson => print_json(&told)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn find(&self, url: &str) -> Result<TraceTold, Failure> {
        let inspector = Inspector::open(url).await?;
        let links = Links { correlation_id: self.correlation_id, causation_id: None };
        let mut events = chain(url, &inspector, links, EVENTS_MAX + 1).await?;
        let is_cut = events.len() > EVENTS_MAX;
        events.truncate(EVENTS_MAX);
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return Err(Failure::missing("the log holds nothing of this correlation".to_owned()));
        };
        let took_us = last.recorded_at.as_microsecond() - first.recorded_at.as_microsecond();
        let positions: Vec<i64> = events.iter().map(|event| event.position).collect();
        let work = Pieces::open(url, 1)?;
        let pieces = work.of_events(&worker_names(), &positions).await?;
        work.close().await;
        Ok(TraceTold {
            correlation_id: self.correlation_id,
            events: events.len(),
            took_ms: took_us as f64 / 1_000.0,
            is_cut,
            commands: plant(events, pieces)?,
        })
    }
}

/// Workers that this program knows.
pub fn worker_names() -> Vec<&'static str> {
    workers::INTAKES.iter().map(|intake| intake.name()).collect()
}

fn tell(told: &TraceTold) {
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

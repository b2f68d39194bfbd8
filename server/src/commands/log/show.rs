//! `airtide log show`: one event whole, and what it hangs together with.

use std::process::ExitCode;
use std::str::FromStr;

use clap::Args;
use eventstore::chain::Digested;
use eventstore::event::Recorded;
use eventstore::inspect::{Batch, Inspector, Links};
use eventstore::work::{Piece, Work};
use projections::identity::event_index::chain;
use serde::Serialize;
use uuid::Uuid;

use super::event_told::{EventTold, TITLE};
use super::trace::worker_names;
use crate::commands::common::{Common, ListOutput, print_json, print_line, print_table};
use crate::failure::Failure;

/// Events brought about by one that are told.
const CAUSED_MAX: usize = 1_000;

#[derive(Args)]
pub struct Show {
    /// Its position, or its id
    #[arg(value_name = "POSITION|EVENT_ID")]
    which: Which,
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

#[derive(Clone, Copy)]
enum Which {
    Position(i64),
    Id(Uuid),
}

impl FromStr for Which {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let position = text.parse().map(Which::Position);
        position.or_else(|_| text.parse().map(Which::Id)).map_err(|_| "neither a position nor an id")
    }
}

/// An event, and what stands around it.
#[derive(Serialize)]
struct Whole {
    event: EventTold,
    /// Whether the digest is the one of what lies there now.
    digest_holds: bool,
    batch: Option<Batch>,
    /// The event that its command answers, if any.
    caused_by: Option<EventTold>,
    /// The events of commands that answer it.
    caused: Vec<EventTold>,
    /// What is or was owed for it, as long as that is kept.
    work: Vec<Piece>,
}

impl Show {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let url = config.database.url()?.reveal();
        let inspector = Inspector::open(url).await?;
        let found = match self.which {
            Which::Position(position) => inspector.at(&[position]).await?.into_iter().next(),
            Which::Id(id) => inspector.named(id).await?,
        };
        let event = found.ok_or_else(|| Failure::missing("the log holds no such event".to_owned()))?;
        let whole = whole(url, &inspector, event).await?;
        match self.output {
            ListOutput::Table => tell(&whole),
            ListOutput::Json | ListOutput::Ndjson => print_json(&whole)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn whole(url: &str, inspector: &Inspector, event: Recorded) -> Result<Whole, Failure> {
    let told = EventTold::of(&event)?;
    let caused_by = match told.causation_id {
        Some(cause) => inspector.named(cause).await?,
        None => None,
    };
    let links = Links { correlation_id: told.correlation_id, causation_id: Some(told.id) };
    let caused = chain(url, inspector, links, CAUSED_MAX).await?;
    let work = Work::open(url, 1)?;
    let pieces = work.of_events(&worker_names(), &[event.position]).await?;
    work.close().await;
    Ok(Whole {
        event: told,
        digest_holds: holds(&event),
        batch: inspector.batch_of(event.position).await?,
        caused_by: caused_by.as_ref().map(EventTold::of).transpose()?,
        caused: caused.iter().map(EventTold::of).collect::<Result<_, _>>()?,
        work: pieces,
    })
}

fn holds(event: &Recorded) -> bool {
    Digested::of(event).digest().as_slice() == event.digest
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
            std::iter::once(title).chain(events.iter().map(|event| event.row().to_vec())).collect();
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

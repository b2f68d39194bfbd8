//! `airtide log read`: events that fit what is asked for, from either end.

use std::process::ExitCode;

use clap::Args;
use eventstore::follow::Bounds;
use eventstore::inspect::{EventTold, Inspector, Span};
use eventstore::limits::PAGE_EVENTS_MAX;
use jiff::Timestamp;

use super::filters::{Filters, check_names};
use super::lines::{Audience, List};
use crate::commands::common::{Common, ListOutput};
use crate::failure::Failure;

const PAGE_BYTES: usize = 8 * 1024 * 1024;

#[derive(Args)]
pub struct Read {
    /// After this position
    #[arg(long, value_name = "POSITION", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
    after: i64,
    /// No more events than this
    #[arg(long, value_name = "EVENTS", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    filters: Filters,
    /// Recorded at this time or later, as in 2026-01-02T03:04:05Z
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Recorded at this time or before it
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// The newest first
    #[arg(long)]
    backwards: bool,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

impl Read {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let inspector = Inspector::open(config.database.url()?.reveal()).await?;
        let mut stretch = inspector.stretch(self.span()).await?;
        let (mut left, filter) = (self.limit, self.filters.filter());
        check_names(&inspector, &filter).await?;
        let mut list = List::begin(self.output);
        while left > 0 && !stretch.is_empty() {
            let bounds = Bounds { events: left.min(PAGE_EVENTS_MAX), bytes: PAGE_BYTES };
            let looked = inspector.look(&filter, stretch.start, stretch.end, bounds).await?;
            for event in &looked.events {
                if list.put(&EventTold::of(event)?)? == Audience::Gone {
                    return Ok(ExitCode::SUCCESS);
                }
            }
            left -= looked.events.len();
            stretch = stretch.beyond(looked.to);
        }
        list.end()?;
        if left == 0 && !stretch.is_empty() {
            eprintln!("airtide: there may be more; --limit and --after lead to it");
        }
        Ok(ExitCode::SUCCESS)
    }

    fn span(&self) -> Span {
        Span { after: self.after, since: self.since, until: self.until, backwards: self.backwards }
    }
}

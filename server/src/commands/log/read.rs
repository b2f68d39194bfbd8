//! `airtide log read`: events that fit what is asked for, from either end.

use std::process::ExitCode;

use clap::Args;
use eventstore::follow::Bounds;
use eventstore::inspect::Inspector;
use eventstore::limits::PAGE_EVENTS_MAX;
use eventstore::read::Start;
use jiff::Timestamp;

use super::event_told::EventTold;
use super::filters::Filters;
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
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

impl Read {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let inspector = Inspector::open(config.database.url()?.reveal()).await?;
        let (after, up_to) = self.stretch(&inspector).await?;
        let (mut start, end) = match self.backwards {
            true => (Start::Before(up_to + 1), after),
            false => (Start::After(after), up_to),
        };
        let (filter, mut left) = (self.filters.filter(), self.limit);
        let mut list = List::begin(self.output);
        while left > 0 && !is_at(start, end) {
            let bounds = Bounds { events: left.min(PAGE_EVENTS_MAX), bytes: PAGE_BYTES };
            let looked = inspector.look(&filter, start, end, bounds).await?;
            for event in &looked.events {
                if list.put(&EventTold::of(event)?)? == Audience::Gone {
                    return Ok(ExitCode::SUCCESS);
                }
            }
            left -= looked.events.len();
            start = start.from_there(looked.to);
        }
        list.end()?;
        Ok(ExitCode::SUCCESS)
    }

    /// Between which positions there is something to look at: behind the first, up to the second.
    async fn stretch(&self, inspector: &Inspector) -> Result<(i64, i64), Failure> {
        let since = match self.since {
            Some(time) => inspector.position_before(time).await?,
            None => 0,
        };
        let up_to = match self.until {
            Some(time) => inspector.position_at(time).await?,
            None => inspector.end().await?.position,
        };
        Ok((self.after.max(since), up_to))
    }
}

fn is_at(start: Start, end: i64) -> bool {
    match start {
        Start::After(after) => after >= end,
        Start::Before(before) => before <= end + 1,
    }
}

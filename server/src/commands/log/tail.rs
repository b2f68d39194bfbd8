//! `airtide log tail`: events as they are recorded, until it is interrupted or nobody reads any more.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use eventstore::backoff::Backoff;
use eventstore::event::Recorded;
use eventstore::follow::Bounds;
use eventstore::inspect::{EventTold, FollowingFault, Inspector};

use super::event_told::TITLE;
use super::filters::Filters;
use super::lines::{Audience, in_columns, put_at_once, say};
use crate::commands::common::{Common, ListOutput};
use crate::config::Config;
use crate::failure::Failure;
use crate::stop::StopRequests;

const PAGE: Bounds = Bounds { events: 500, bytes: 4 * 1024 * 1024 };
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

#[derive(Args)]
pub struct Tail {
    /// Begin after this position instead of at the end of the log
    #[arg(long, value_name = "POSITION", value_parser = clap::value_parser!(i64).range(0..))]
    after: Option<i64>,
    #[command(flatten)]
    filters: Filters,
    /// What has no end is no array either: json and ndjson are the same here
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

impl Tail {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let mut stop = StopRequests::listen()?;
        tokio::select! {
            ended = self.follow(&config) => ended?,
            () = stop.first() => {}
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Ends when nobody reads any more. A database that goes away for a while is waited for.
    async fn follow(self, config: &Config) -> Result<(), Failure> {
        let inspector = Inspector::open(config.database.url()?.reveal()).await?;
        let mut following = inspector.follow(self.filters.filter(), self.after, PAGE).await?;
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut audience = begin(self.output)?;
        while audience == Audience::There {
            match following.next().await {
                Ok(events) => {
                    backoff.reset();
                    audience = put(self.output, &events)?;
                }
                Err(FollowingFault::Database(error)) => {
                    let position = following.position();
                    tracing::warn!(position, %error, "the log cannot be read; trying again");
                    backoff.pause().await;
                }
                Err(fault) => return Err(fault.into()),
            }
        }
        Ok(())
    }
}

fn begin(output: ListOutput) -> Result<Audience, Failure> {
    match output {
        ListOutput::Table => say(&in_columns(&TITLE.map(String::from))),
        ListOutput::Json | ListOutput::Ndjson => Ok(Audience::There),
    }
}

fn put(output: ListOutput, events: &[Recorded]) -> Result<Audience, Failure> {
    for event in events {
        if put_at_once(output, &EventTold::of(event)?)? == Audience::Gone {
            return Ok(Audience::Gone);
        }
    }
    Ok(Audience::There)
}

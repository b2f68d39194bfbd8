//! `airtide log state`: what something was at a moment, and how it differs from what it was at another. Personal data
//! is hidden: only whether it is the same can be seen.

use std::process::ExitCode;

use clap::Args;
use domain::identity::TenantId;
use eventstore::event::{StreamId, StreamName};
use eventstore::inspect::{Difference, Hidden, Seen, differences, state};
use eventstore::read::{At, Reader};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::filters::{stream_id, tenant};
use crate::commands::common::{Common, ListOutput, print_json, print_line, print_table};
use crate::failure::Failure;
use crate::wire;

#[derive(Args)]
pub struct State {
    /// What it is, as in workspace
    #[arg(value_name = "TYPE")]
    aggregate: String,
    /// Which of them
    #[arg(value_name = "ID", value_parser = stream_id)]
    id: StreamId,
    /// Whose it is
    #[arg(long, value_name = "TENANT", value_parser = tenant)]
    tenant: TenantId,
    #[command(flatten)]
    moment: Moment,
    /// How two versions differ; version 0 is before there was anything
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with = "Moment")]
    diff: Option<Vec<i64>>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: ListOutput,
}

/// Without any of these, now.
#[derive(Args)]
#[group(multiple = false)]
struct Moment {
    /// After the event with this version
    #[arg(long, value_name = "VERSION")]
    version: Option<i64>,
    /// When the log ended at this position
    #[arg(long, value_name = "POSITION")]
    position: Option<i64>,
    /// At this time, as in 2026-01-02T03:04:05Z
    #[arg(long, value_name = "TIME")]
    time: Option<Timestamp>,
}

#[derive(Serialize)]
struct StateTold<'a> {
    tenant: &'a TenantId,
    aggregate: &'a str,
    id: &'a StreamId,
    version: i64,
    state: &'a Value,
}

impl State {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let log = wire::open_log(&config).await?;
        let told = self.tell(&log.reader()).await;
        log.close().await;
        told?;
        Ok(ExitCode::SUCCESS)
    }

    async fn tell(&self, reader: &Reader) -> Result<(), Failure> {
        match self.diff.as_deref() {
            Some([old, new]) => self.tell_differences(reader, *old, *new).await,
            _ => self.tell_state(reader).await,
        }
    }

    async fn tell_state(&self, reader: &Reader) -> Result<(), Failure> {
        let at = self.moment.at();
        let seen = self.seen(reader, at, &Hidden::default()).await?;
        if seen.version == 0 || !seen.is_of(at) {
            return Err(Failure::missing(format!("{} was not there then", self.stream())));
        }
        if self.output == ListOutput::Table {
            print_line(&format!("{}, version {}", self.stream(), seen.version));
            print_line(&serde_json::to_string_pretty(&seen.state)?);
            return Ok(());
        }
        Ok(print_json(&StateTold {
            tenant: &self.tenant,
            aggregate: &self.aggregate,
            id: &self.id,
            version: seen.version,
            state: &seen.state,
        })?)
    }

    async fn tell_differences(&self, reader: &Reader, old: i64, new: i64) -> Result<(), Failure> {
        let hidden = Hidden::default();
        let old = self.seen_at_version(reader, old, &hidden).await?;
        let new = self.seen_at_version(reader, new, &hidden).await?;
        let found = differences(&old.state, &new.state);
        match self.output {
            ListOutput::Table => print_table(&table(&found)),
            ListOutput::Json => print_json(&found)?,
            ListOutput::Ndjson => found.iter().try_for_each(print_json)?,
        }
        Ok(())
    }

    async fn seen_at_version(&self, reader: &Reader, version: i64, hidden: &Hidden) -> Result<Seen, Failure> {
        let at = At::Version(version);
        let seen = self.seen(reader, at, hidden).await?;
        if !seen.is_of(at) {
            return Err(Failure::missing(format!("{} has no version {version}", self.stream())));
        }
        Ok(seen)
    }

    async fn seen(&self, reader: &Reader, at: At, hidden: &Hidden) -> Result<Seen, Failure> {
        let seen = state(reader, &self.stream(), at, hidden).await?;
        seen.ok_or_else(|| Failure::missing(format!("there is nothing of the kind {}", self.aggregate)))
    }

    fn stream(&self) -> StreamName {
        let (tenant, id) = (self.tenant.clone(), self.id.clone());
        StreamName { tenant, aggregate: self.aggregate.clone().into(), id }
    }
}

impl Moment {
    fn at(&self) -> At {
        match (self.version, self.position, self.time) {
            (Some(version), _, _) => At::Version(version),
            (_, Some(position), _) => At::Position(position),
            (_, _, Some(time)) => At::Time(time),
            (None, None, None) => At::Now,
        }
    }
}

fn table(found: &[Difference]) -> Vec<Vec<String>> {
    let title = ["PLACE", "OLD", "NEW"].map(String::from).to_vec();
    let cell = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
    let row = |each: &Difference| vec![each.pointer.clone(), cell(&each.old), cell(&each.new)];
    std::iter::once(title).chain(found.iter().map(row)).collect()
}

//! Which work is meant, as flags say it.

use clap::Args;
use domain::identity::TenantId;
use eventstore::inspect::Inspector;
use eventstore::read::Filter;
use eventstore::work::{Choice, State, Work, full_name};
use jiff::{SignedDuration, Timestamp};

use crate::commands::log::filters::{self, tenant};
use crate::config::Config;
use crate::failure::Failure;

/// One to look with, one to spare.
const CONNECTIONS: u32 = 2;

/// Work is meant that fits everything that is set.
#[derive(Args, Default)]
pub struct Flags {
    /// Of this worker
    #[arg(long, value_name = "WORKER", value_parser = worker)]
    worker: Option<String>,
    /// In this state, or in one of several: waiting, later, open, claimed, done, skipped, parked, unknown
    #[arg(long = "state", value_name = "STATE", value_delimiter = ',')]
    states: Vec<State>,
    /// Of this key: what is done in order
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Of this tenant
    #[arg(long, value_name = "TENANT", value_parser = tenant)]
    tenant: Option<TenantId>,
    /// Of this group of failures, as `airtide work groups` names it
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Owed for longer than this, as in 90s, 15m, 2h or 3d
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    older_than: Option<SignedDuration>,
    /// Owed for less time than this
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    younger_than: Option<SignedDuration>,
}

impl Flags {
    pub fn choice(self) -> Choice {
        let ago = |age: SignedDuration| Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN);
        Choice {
            worker: self.worker,
            states: self.states,
            key: self.key,
            tenant: self.tenant,
            group: self.group,
            owed_before: self.older_than.map(ago),
            owed_after: self.younger_than.map(ago),
        }
    }
}

/// A worker that is misspelt would be one that owes nothing.
pub fn worker(text: &str) -> Result<String, String> {
    let names = workers::NAMES;
    if names.contains(&text) {
        Ok(text.to_owned())
    } else {
        Err(format!("the workers are {}", names.join(", ")))
    }
}

fn duration(text: &str) -> Result<SignedDuration, String> {
    let days = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok());
    let days = days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    let parsed = days.map_or_else(|| text.parse().map_err(|error: jiff::Error| error.to_string()), Ok);
    parsed.and_then(|age| if age.is_negative() { Err("it is negative".to_owned()) } else { Ok(age) })
}

pub fn name(text: &str) -> Result<String, String> {
    full_name(text).ok_or_else(|| "work is named WORKER/POSITION/PART, as in send_mail/42/".to_owned())
}

/// Asked where no work fits: a group is there as long as something is in it, a tenant for ever.
pub async fn check_names(config: &Config, choice: &Choice) -> Result<(), Failure> {
    if let Some(group) = &choice.group {
        return Err(Failure::missing(format!("there is no such work in a group {group}")));
    }
    let filter = Filter { tenant: choice.tenant.clone(), ..Filter::default() };
    let inspector = Inspector::open(config.database.url()?.reveal()).await?;
    filters::check_names(&inspector, &filter).await?;
    inspector.close().await;
    Ok(())
}

/// The table of work, for an operator.
pub async fn open(config: &Config) -> Result<Work, Failure> {
    Ok(Work::reach(config.database.url()?.reveal(), CONNECTIONS).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_given_in_days_too() {
        assert_eq!(duration("3d"), Ok(SignedDuration::from_hours(72)));
        assert_eq!(duration("90s"), Ok(SignedDuration::from_secs(90)));
        for nonsense in ["soon", "-2h", "d"] {
            assert!(duration(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn the_last_slash_of_a_name_may_be_left_out() {
        assert_eq!(name("send_mail/42"), Ok("send_mail/42/".to_owned()));
        assert_eq!(name("deliver_webhooks/42/whk_1"), Ok("deliver_webhooks/42/whk_1".to_owned()));
        for nonsense in ["42", "send_mail/x/", "a/1/b/c"] {
            assert!(name(nonsense).is_err(), "{nonsense}");
        }
    }
}

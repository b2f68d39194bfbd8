//! Every tenant that is made while a development instance runs gets a copy of the stand-in's demo base, connected: whoever registers
//! sees tables at once, and nobody sees those of others.

use std::sync::Arc;
use std::time::Duration;

use adapters::airtable::Client;
use api::bases::offer::{Offer, Offered, Receiver};
use domain::bases::ids::BaseId;
use domain::identity::UserId;
use domain::secret::Secret;
use eventstore::airtable_secrets::AirtableSecrets;
use eventstore::append::Head;
use eventstore::event::Recorded;
use eventstore::execute::Executor;
use eventstore::payload::present_fields;
use eventstore::read::{Filter, Reader};
use sandbox::airtable::seed;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::ACTOR;
use super::http::ask;
use crate::config::Config;
use crate::failure::Failure;
use crate::outgoing;
use crate::sandboxes::RunningAirtable;
use crate::wire::Running;

const TENANTS_AT_ONCE: usize = 64;
/// A newcomer signs in first: to copy and to read a base meanwhile would be in the way of that.
const SETTLE: Duration = Duration::from_secs(1);

/// Follows the log until it is dropped.
pub struct Newcomers {
    following: JoinHandle<()>,
}

impl Drop for Newcomers {
    fn drop(&mut self) {
        self.following.abort();
    }
}

impl Newcomers {
    /// Those that come from now on.
    pub async fn welcome(
        config: &Config,
        running: &Running,
        sandbox: &Arc<RunningAirtable>,
    ) -> Result<Self, Failure> {
        let log = running.log();
        let welcome = Welcome {
            executor: log.executor(),
            reader: log.reader(),
            secrets: AirtableSecrets::open(config.database.url()?.reveal(), log.keys())?,
            airtable: outgoing::airtable(config, running.addresses())?,
            sandbox: Arc::clone(sandbox),
            name: seed::demo(false)?.bases.into_iter().next().map(|base| base.name).unwrap_or_default(),
        };
        let after = welcome.reader.head().await?;
        let head = log.head();
        Ok(Self { following: tokio::spawn(welcome.all(after, head)) })
    }
}

struct Welcome {
    executor: Executor,
    reader: Reader,
    secrets: AirtableSecrets,
    airtable: Client,
    sandbox: Arc<RunningAirtable>,
    name: String,
}

/// What is said of a tenant when it is made.
#[derive(Deserialize)]
struct Created {
    owner: UserId,
}

impl Welcome {
    async fn all(self, mut after: i64, mut head: watch::Receiver<Head>) {
        let made = Filter { event_type: Some("tenant.created".to_owned()), ..Filter::default() };
        loop {
            match self.reader.range(after, &made, TENANTS_AT_ONCE).await {
                Ok(page) => {
                    if !page.events.is_empty() {
                        sleep(SETTLE).await;
                    }
                    for tenant in &page.events {
                        self.one(tenant).await;
                    }
                    after = page.up_to;
                    if !page.at_head {
                        continue;
                    }
                }
                Err(error) => tracing::warn!(%error, "newcomers cannot be looked for"),
            }
            if head.changed().await.is_err() {
                return;
            }
        }
    }

    async fn one(&self, made: &Recorded) {
        if let Err(failure) = self.give(made).await {
            let tenant = made.stream.tenant.as_str();
            tracing::warn!(tenant, error = failure.message(), "no base of the demo could be connected");
        }
    }

    async fn give(&self, made: &Recorded) -> Result<(), Failure> {
        let Some(receiver) = self.receiver(made).await? else { return Ok(()) };
        let Some((base, token)) = self.sandbox.first_base() else { return Ok(()) };
        let path = format!("/_sim/bases/{base}/copy");
        let copy = ask(self.sandbox.address(), &path, None, Some(&json!({ "name": self.name }))).await?;
        let airtable_id: BaseId =
            serde_json::from_value(copy.body.get("base_id").cloned().ok_or_else(|| copy.unexpected())?)?;
        // It is there at the next start, too, however this one ends.
        self.sandbox.keep().await?;
        let offer = Offer {
            executor: &self.executor,
            secrets: &self.secrets,
            airtable: &self.airtable,
            actor: ACTOR,
        };
        let offered = Offered { airtable_id, name: self.name.clone(), token: Secret::new(token.to_owned()) };
        offer.connect(&receiver, offered).await?;
        Ok(())
    }

    /// Nobody where a tenant begins without a workspace.
    async fn receiver(&self, made: &Recorded) -> Result<Option<Receiver>, Failure> {
        let tenant = made.stream.tenant.clone();
        let Created { owner } = serde_json::from_str(&present_fields(made)?)?;
        let workspaces = Filter {
            tenant: Some(tenant.clone()),
            event_type: Some("workspace.created".to_owned()),
            ..Filter::default()
        };
        let first = self.reader.range(made.position, &workspaces, 1).await?.events.into_iter().next();
        let Some(first) = first else { return Ok(None) };
        let workspace = domain::id::Id::new(first.stream.id.as_str())?;
        Ok(Some(Receiver { tenant, workspace, owner }))
    }
}

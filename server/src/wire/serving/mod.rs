//! The role that answers over HTTP.

mod parts;
mod readiness;

use std::net::SocketAddr;
use std::sync::Arc;

use adapters::airtable::Client;
use adapters::airtable::mac::Mac;
use api::access::{ApiKeys, Memberships, Refusals, RequiredFactor, Revocations, Standings, UsedUp};
use api::bases::airtable::AirtableParts;
use api::events::Events;
use api::identity::kept::KeptTables;
use api::identity::signing::SigningKeys;
use api::identity::{Sweeper, SweeperOptions};
use api::ops::Ops;
use api::{Api, Metrics};
use eventstore::Log;
use eventstore::airtable_contacts::AirtableContacts;
use eventstore::airtable_secrets::AirtableSecrets;
use eventstore::keyring::counts::KeyCounts;
use eventstore::second_factors::SecondFactors;
use eventstore::webhook_secrets::WebhookSecrets;
use projections::bases::records::RecordsReader;
use projections::{Progress, TenantQueries};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::addresses_of;
use crate::config::{Config, Mistakes};
use crate::failure::Failure;
use crate::listening::HttpServing;
use crate::outgoing;
use parts::{files, identity, limits, ops, signing_keys};
use readiness::Serves;

pub struct RunningApi {
    serving: HttpServing,
    kept: KeptTables,
    second_factors: SecondFactors,
    webhook_secrets: WebhookSecrets,
    airtable_secrets: AirtableSecrets,
    airtable_contacts: AirtableContacts,
    queries: TenantQueries,
    records: RecordsReader,
    ops: Arc<Ops>,
    _sweeper: Sweeper,
    _key_counts: KeyCounts,
    _signing_keys: SigningKeys,
}

/// Connections that queries of read models share.
const QUERY_CONNECTIONS: u32 = 8;
/// Connections that reads of records share.
const RECORD_CONNECTIONS: u32 = 8;

pub async fn start(
    config: &Config,
    log: &Log,
    progress: Progress,
    mut registry: Registry,
    listeners: Vec<TcpListener>,
    airtable: Client,
) -> Result<RunningApi, Failure> {
    let database_url = config.database.url()?.reveal();
    let mailbox = outgoing::mailbox(config)?;
    if mailbox.is_some() {
        on_this_machine_only(&listeners)?;
    }
    let kept = KeptTables::open(database_url)?;
    let identity = Arc::new(identity(config, log, kept.clone(), &addresses_of(&listeners)?)?);
    let signing_keys = signing_keys(config, log, &kept, &identity).await?;
    let (second_factors, webhook_secrets) =
        (identity.second_factors.clone(), identity.webhook_secrets.clone());
    let airtable_secrets = AirtableSecrets::open(database_url, log.keys())?;
    let airtable_contacts = AirtableContacts::open(database_url)?;
    let queries = TenantQueries::open(database_url, QUERY_CONNECTIONS)?;
    let records = RecordsReader::open(database_url, RECORD_CONNECTIONS)?;
    let events = Events::new(log.source(), queries.clone(), log.executor());
    events.register_metrics(&mut registry);
    let key_counts = KeyCounts::start(database_url.to_owned(), &mut registry);
    let ops = Arc::new(ops(config, log).await?);
    let (stopping, stop) = watch::channel(false);
    let api = Api::new(api::Parts {
        stopping: stop,
        readiness: Arc::new(Serves {
            reader: log.reader(),
            executor: log.executor(),
            kept: kept.clone(),
            queries: queries.clone(),
        }),
        metrics: Arc::new(Metrics::new(registry)),
        executor: log.executor(),
        source: log.source(),
        identity,
        away: api::http::Away::default(),
        refusals: Arc::new(Refusals::start(kept.clone(), log.executor())),
        revocations: Arc::new(Revocations::start(kept.clone())),
        memberships: Arc::new(Memberships::new(log.executor())),
        required_factor: Arc::new(RequiredFactor::new(log.executor())),
        standings: Arc::new(Standings::new(log.executor())),
        used_up: Arc::new(UsedUp::start(queries.clone())),
        api_keys: Arc::new(ApiKeys::new(kept.clone(), log.executor())),
        limits: Arc::new(limits(config, log, kept.clone())),
        files: Arc::new(files(config, log).await?),
        known_bases: Arc::default(),
        queries: queries.clone(),
        records: records.clone(),
        frozen: Arc::default(),
        progress,
        events: Arc::new(events),
        ops: Arc::clone(&ops),
        airtable: Arc::new(AirtableParts {
            client: Arc::new(airtable),
            secrets: airtable_secrets.clone(),
            contacts: airtable_contacts.clone(),
            pings: Arc::new(Mac),
        }),
        mailbox,
    });
    let serving = HttpServing::start(&config.http, api, listeners, stopping).await;
    let sweeper = Sweeper::start(SweeperOptions {
        kept: kept.clone(),
        factors: second_factors.clone(),
        secrets: webhook_secrets.clone(),
        airtable_secrets: airtable_secrets.clone(),
        executor: log.executor(),
    });
    Ok(RunningApi {
        serving,
        kept,
        second_factors,
        webhook_secrets,
        airtable_secrets,
        airtable_contacts,
        queries,
        records,
        ops,
        _sweeper: sweeper,
        _key_counts: key_counts,
        _signing_keys: signing_keys,
    })
}

/// Mails that everybody may read are for whoever is at this machine.
fn on_this_machine_only(listeners: &[TcpListener]) -> Result<(), Failure> {
    for listener in listeners {
        if !listener.local_addr()?.ip().is_loopback() {
            let mistake =
                "mail.mailbox shows mails to everybody, so the API must listen on loopback addresses only";
            return Err(Mistakes(vec![mistake.to_owned()]).into());
        }
    }
    Ok(())
}

impl RunningApi {
    pub fn addresses(&self) -> &[SocketAddr] {
        self.serving.addresses()
    }

    /// Answers what is under way.
    pub async fn stop(self) {
        self.serving.stop().await;
        self.kept.close().await;
        self.second_factors.close().await;
        self.webhook_secrets.close().await;
        self.airtable_secrets.close().await;
        self.airtable_contacts.close().await;
        self.queries.close().await;
        self.records.close().await;
        self.ops.close().await;
    }
}

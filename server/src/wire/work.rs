//! The role that does work: mails, deliveries, files.

use std::sync::Arc;

use adapters::airtable::Client;
use adapters::http::GuardedClient;
use eventstore::Log;
use eventstore::airtable_contacts::AirtableContacts;
use eventstore::airtable_secrets::AirtableSecrets;
use eventstore::mailed_links::MailedLinks;
use eventstore::webhook_secrets::WebhookSecrets;
use projections::bases::records::RecordsReader;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use workers::bases::follow_airtable::Rhythm;
use workers::identity::send_mail::Links;
use workers::runtime::{RunningWorkers, WorkersOptions};
use workers::{Inside, Outside};

use super::{addresses_of, files};
use crate::config::Config;
use crate::failure::Failure;
use crate::outgoing;
use crate::telemetry;

/// Connections with which the workers of one process look records up.
const RECORDS_CONNECTIONS: u32 = 2;

pub async fn start(
    config: &Config,
    log: &Log,
    listeners: &[TcpListener],
    airtable: Client,
    registry: &mut Registry,
) -> Result<RunningWorkers, Failure> {
    let database_url = config.database.url()?.reveal().to_owned();
    let inside = Inside {
        reader: log.reader(),
        executor: log.executor(),
        webhook_secrets: WebhookSecrets::open(&database_url, log.keys())?,
        airtable_secrets: AirtableSecrets::open(&database_url, log.keys())?,
        contacts: AirtableContacts::open(&database_url)?,
        records: RecordsReader::open(&database_url, RECORDS_CONNECTIONS)?,
        rhythm: Rhythm {
            notified_at: config.airtable.notify_root.clone(),
            poll_every: config.airtable.poll_every,
            sweep_every: config.airtable.sweep_every,
        },
        links: Links { tokens: MailedLinks::of(&log.keys()), page: config.mailed_links.page.clone() },
    };
    let web = outgoing::web_client(config, &addresses_of(listeners)?)?;
    let outside = Outside {
        mailer: outgoing::mailer(config)?,
        web: Arc::<GuardedClient>::clone(&web),
        downloads: web,
        blobs: files::swept(&config.files).await?,
        file_bytes_max: config.files.fetched_bytes_max,
        airtable: Arc::new(airtable),
    };
    let running = workers::runtime::start(WorkersOptions {
        database_url,
        source: log.source(),
        executor: log.executor(),
        intakes: workers::INTAKES,
        workers: workers::all(inside, outside),
        traces: telemetry::traces_of_work(),
    })
    .await?;
    running.register_metrics(registry);
    Ok(running)
}

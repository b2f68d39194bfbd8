//! Ending tenants whose time has come.

use api::identity::kept::KeptTables;
use api::identity::{TenantEnds, TenantEndsOptions};
use eventstore::Log;
use eventstore::airtable_contacts::AirtableContacts;
use eventstore::airtable_secrets::AirtableSecrets;
use eventstore::erasure::Shredder;
use eventstore::webhook_secrets::WebhookSecrets;
use projections::{Progress, TenantQueries};

use super::files;
use crate::config::Config;
use crate::failure::Failure;

pub async fn start(config: &Config, log: &Log, progress: Progress) -> Result<TenantEnds, Failure> {
    let database_url = config.database.url()?.reveal().to_owned();
    Ok(TenantEnds::start(TenantEndsOptions {
        kept: KeptTables::open(&database_url)?,
        secrets: WebhookSecrets::open(&database_url, log.keys())?,
        airtable_secrets: AirtableSecrets::open(&database_url, log.keys())?,
        airtable_contacts: AirtableContacts::open(&database_url)?,
        executor: log.executor(),
        reader: log.reader(),
        queries: TenantQueries::open(&database_url, 1)?,
        progress,
        blobs: files::opened(&config.files).await?,
        shredder: Shredder::new(&database_url, &config.erasures(), log.keys().checkpoint_signing()),
        database_url,
    }))
}

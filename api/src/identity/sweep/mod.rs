//! Rows that nothing needs any more, and events that were not written at their time. One file per thing that is swept.

mod airtable_secrets;
mod api_keys;
mod credentials;
mod limits;
mod registrations;
mod second_factors;
mod sessions;
mod tenants;
mod webhook_secrets;

use std::time::Duration;

use domain::bases::ports::BlobFault;
use domain::id::NotAnId;
use eventstore::airtable_secrets::AirtableSecrets;
use eventstore::chain_of;
use eventstore::database::Unfit;
use eventstore::erasure::ShredFailed;
use eventstore::execute::{CommandError, Executor};
use eventstore::second_factors::SecondFactors;
use eventstore::webhook_secrets::WebhookSecrets;
use tokio::task::JoinHandle;

pub use tenants::{TenantEnds, TenantEndsOptions, ends_with_its_tenant};

use super::kept::KeptTables;

const OFTEN: Duration = Duration::from_secs(60);
const SELDOM: u32 = 60;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// What no event names by then was never going to count.
const UNNAMED_AFTER: Duration = DAY;
const AT_ONCE: i64 = 500;
/// Who writes down what nobody else did.
const ACTOR: &str = "sweeper";

#[derive(Debug, thiserror::Error)]
pub enum SweepFault {
    #[error("the kept tables cannot be read or written")]
    Database(#[from] sqlx::Error),
    #[error("a stream cannot be read or written")]
    Log(#[from] CommandError),
    #[error("what is kept names nothing")]
    NotAnId(#[from] NotAnId),
    #[error("read models are not as far as the log")]
    Behind,
    #[error("keys are left that were to be destroyed")]
    Shred(#[from] ShredFailed),
    #[error("what is told of failed work is left")]
    Unfit(#[from] Unfit),
    #[error("files are left that were to be deleted")]
    Blobs(#[from] BlobFault),
}

/// What sweeping needs; `server` fills it. Cheap to clone.
#[derive(Clone)]
pub struct SweeperOptions {
    pub kept: KeptTables,
    pub factors: SecondFactors,
    pub secrets: WebhookSecrets,
    pub airtable_secrets: AirtableSecrets,
    pub executor: Executor,
}

/// Sweeps now and then; ends when dropped.
pub struct Sweeper(JoinHandle<()>);

impl Sweeper {
    pub fn start(options: SweeperOptions) -> Self {
        Self(tokio::spawn(async move {
            let SweeperOptions { kept, factors, secrets, airtable_secrets: for_airtable, executor } = options;
            for round in 0_u32.. {
                told(sessions::record_ends(&kept, &executor).await);
                told(api_keys::record_ends(&kept, &executor).await);
                if round.is_multiple_of(SELDOM) {
                    told(sessions::drop_old(&kept).await);
                    told(limits::drop_ended(&kept).await);
                    told(registrations::discard_unproven(&kept, &executor).await);
                    told(api_keys::sweep(&kept, &executor).await);
                    told(credentials::sweep(&kept, &executor).await);
                    told(second_factors::sweep(&kept, &factors, &executor).await);
                    told(webhook_secrets::sweep(&secrets, &executor).await);
                    told(airtable_secrets::sweep(&for_airtable, &executor).await);
                }
                tokio::time::sleep(OFTEN).await;
            }
        }))
    }
}

fn told(swept: Result<(), SweepFault>) {
    if let Err(fault) = swept {
        tracing::warn!(error = chain_of(&fault), "sweeping stopped; it is tried again later");
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

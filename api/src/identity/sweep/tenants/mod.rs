//! Tenants whose time has come, and those that were closed with their only member: everything in them ends, by the commands
//! by which it would have ended otherwise. Each step may be repeated, by whichever node; what is left at the end is an
//! event that says how much it was. It is done where the ledger of erasures lies, since keys are destroyed with it.

mod keys;
mod members;
mod proof;
mod things;

use std::sync::Arc;
use std::time::Duration;

use domain::bases::ports::Blobs;
use domain::identity::tenant::{Standing, TenantCommand};
use domain::identity::{PLATFORM_TENANT, Tenant, TenantId};
use domain::stored::Stored;
use eventstore::airtable_contacts::AirtableContacts;
use eventstore::airtable_secrets::AirtableSecrets;
use eventstore::chain_of;
use eventstore::erasure::Shredder;
use eventstore::event::{Recorded, StreamId, StreamName};
use eventstore::execute::{CommandError, Executor, Plan, Request};
use eventstore::read::Reader;
use eventstore::webhook_secrets::WebhookSecrets;
use jiff::Timestamp;
use projections::identity::members::Members;
use projections::identity::tenants::{self, Tenants};
use projections::identity::workspaces::Workspaces;
use projections::runtime::ReadModel;
use projections::{Progress, TenantQueries};
use tokio::task::JoinHandle;

pub use keys::ends_with_its_tenant;

use super::{ACTOR, OFTEN, SweepFault, told};
use crate::identity::kept::KeptTables;

/// Tenants that end in one round.
const AT_ONCE: usize = 50;
/// Rows that are asked for at a time.
const PAGE: usize = 200;
/// By then every node knows that a tenant is closed, and what was under way in it has come to an end.
const CLOSED_EVERYWHERE_AFTER: Duration = Duration::from_secs(5);
/// Until then, whoever had to be left is looked at again.
const AGAIN: Duration = Duration::from_secs(10);
/// Longest wait for read models, so that nobody who joined of late is passed over.
const PATIENCE: Duration = Duration::from_secs(5);

/// What ending tenants needs; `server` fills it.
pub struct TenantEndsOptions {
    pub database_url: String,
    pub kept: KeptTables,
    pub secrets: WebhookSecrets,
    pub airtable_secrets: AirtableSecrets,
    pub airtable_contacts: AirtableContacts,
    pub executor: Executor,
    pub reader: Reader,
    pub queries: TenantQueries,
    pub progress: Progress,
    pub shredder: Shredder,
    pub blobs: Arc<dyn Blobs>,
}

/// Ends tenants now and then; stops when dropped.
pub struct TenantEnds(JoinHandle<()>);

impl TenantEnds {
    pub fn start(options: TenantEndsOptions) -> Self {
        Self(tokio::spawn(async move {
            loop {
                let looked = end_due(&options).await;
                let is_any_due = *looked.as_ref().unwrap_or(&false);
                told(looked.map(|_| ()));
                tokio::time::sleep(if is_any_due { AGAIN } else { OFTEN }).await;
            }
        }))
    }
}

impl Drop for TenantEnds {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Says whether there were any: one that could not be ended yet may be soon.
async fn end_due(sweeping: &TenantEndsOptions) -> Result<bool, SweepFault> {
    caught_up(sweeping, &[Tenants::NAME]).await?;
    let platform = TenantId::new(PLATFORM_TENANT)?;
    let mut queries = sweeping.queries.begin(&platform).await?;
    let due = tenants::ending(&mut queries, Timestamp::now(), AT_ONCE).await?;
    drop(queries);
    for row in &due {
        // One that cannot be ended does not stand in the way of the others.
        if let Err(fault) = end(sweeping, &row.id).await {
            tracing::warn!(
                tenant = row.id.as_str(),
                error = chain_of(&fault),
                "a tenant is left for the next time"
            );
        }
    }
    Ok(!due.is_empty())
}

async fn end(sweeping: &TenantEndsOptions, tenant: &TenantId) -> Result<(), SweepFault> {
    let Some(closed) = closed(sweeping, tenant).await? else { return Ok(()) };
    caught_up(sweeping, &[Members::NAME, Workspaces::NAME]).await?;
    things::end_keys(sweeping, tenant).await?;
    members::end(sweeping, tenant).await?;
    things::end_invitations(sweeping, tenant).await?;
    things::end_webhooks(sweeping, tenant).await?;
    things::end_connections(sweeping, tenant).await?;
    things::end_bases(sweeping, tenant).await?;
    things::end_workspaces(sweeping, tenant).await?;
    sweeping.blobs.forget_all(tenant).await?;
    // Last of all: what has to be found with the help of these keys was.
    let sealing_keys = keys::destroy(sweeping, tenant).await?;
    proof::record(sweeping, tenant, closed.position, sealing_keys).await
}

/// The event that closed a tenant, once everything in it may end; the read model only says where to look.
async fn closed(sweeping: &TenantEndsOptions, tenant: &TenantId) -> Result<Option<Recorded>, SweepFault> {
    let found = sweeping.executor.state::<Tenant>(tenant, stream(tenant.as_str())?).await?;
    let now = Timestamp::now();
    match found.state.standing() {
        _ if found.state.is_emptied() => Ok(None),
        // Nothing changed in it for as long as it was being closed.
        Standing::Closing(at) if at <= now => {
            let plan = Plan::new().decide_at::<Tenant>(
                tenant,
                stream(tenant.as_str())?,
                found.version,
                TenantCommand::Close,
            );
            execute(sweeping, tenant, plan).await?;
            last_event(sweeping, tenant).await
        }
        Standing::Closed => {
            let closed = last_event(sweeping, tenant).await?;
            Ok(closed.filter(|closed| closed.recorded_at + CLOSED_EVERYWHERE_AFTER <= now))
        }
        Standing::Open | Standing::Closing(_) | Standing::Suspended => Ok(None),
    }
}

async fn last_event(sweeping: &TenantEndsOptions, tenant: &TenantId) -> Result<Option<Recorded>, SweepFault> {
    let (aggregate, id) = (<Tenant as cqrs_es::Aggregate>::TYPE.into(), stream(tenant.as_str())?);
    let name = StreamName { tenant: tenant.clone(), aggregate, id };
    Ok(sweeping.reader.last_event(&name).await?)
}

/// Waits until lists that are gone through say all that the log says now; on a new log, until there are such lists.
async fn caught_up(sweeping: &TenantEndsOptions, lists: &[&str]) -> Result<(), SweepFault> {
    let head = sweeping.reader.head().await?;
    for name in lists {
        sweeping.progress.wait_for(name, head, PATIENCE).await.map_err(|_| SweepFault::Behind)?;
    }
    Ok(())
}

async fn tell<A: Stored>(
    sweeping: &TenantEndsOptions,
    tenant: &TenantId,
    id: &str,
    command: A::Command,
) -> Result<(), SweepFault> {
    execute(sweeping, tenant, Plan::new().decide::<A>(tenant, stream(id)?, command)).await
}

async fn execute(sweeping: &TenantEndsOptions, tenant: &TenantId, plan: Plan) -> Result<(), SweepFault> {
    match sweeping.executor.execute(&Request::new(tenant.clone(), ACTOR), plan).await {
        // It has ended already, in another way.
        Ok(_) | Err(CommandError::Refused(_)) => Ok(()),
        Err(fault) => Err(fault.into()),
    }
}

fn stream(id: &str) -> Result<StreamId, SweepFault> {
    Ok(StreamId::new(id)?)
}

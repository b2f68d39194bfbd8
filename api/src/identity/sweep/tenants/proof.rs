//! What says that everything in a tenant has ended, and how much that was: counted in the log and among the keys that were
//! destroyed, so that it is the same however often the sweeper was cut short.

use domain::identity::tenant::{Ended, TenantCommand};
use domain::identity::{Tenant, TenantId, UserId, service_account};
use eventstore::event::Recorded;
use eventstore::follow::Bounds;
use eventstore::read::Start;

use super::super::{ACTOR, SweepFault};
use super::{TenantEndsOptions, tell};

/// Events that memory holds at a time.
const BOUNDS: Bounds = Bounds { events: 500, bytes: 4 * 1024 * 1024 };

pub async fn record(
    sweeping: &TenantEndsOptions,
    tenant: &TenantId,
    since: i64,
    sealing_keys: u64,
) -> Result<(), SweepFault> {
    // An end that is not in the log yet would be missing here.
    if sweeping.kept.has_keys_to_end(tenant).await? {
        return Ok(());
    }
    let ended = Ended { sealing_keys, ..ended(sweeping, tenant, since).await? };
    tell::<Tenant>(sweeping, tenant, tenant.as_str(), TenantCommand::RecordEmptied { ended }).await
}

async fn ended(sweeping: &TenantEndsOptions, tenant: &TenantId, since: i64) -> Result<Ended, SweepFault> {
    let (mut ended, mut looked_to) = (Ended::default(), since);
    let head = sweeping.reader.head().await?;
    while looked_to < head {
        let looked = sweeping.reader.of_tenant(tenant, Start::After(looked_to), head, BOUNDS).await?;
        looked.events.iter().for_each(|event| count(&mut ended, event));
        looked_to = looked.to;
    }
    Ok(ended)
}

fn count(ended: &mut Ended, event: &Recorded) {
    if event.meta().is_ok_and(|meta| meta.actor != ACTOR) {
        return;
    }
    let of_service = || UserId::new(event.stream.id.as_str()).is_ok_and(|id| service_account::is_one(&id));
    match event.event_type.as_str() {
        "membership.removed" if !of_service() => ended.members += 1,
        "service_account.removed" => ended.service_accounts += 1,
        "api_key.revoked" => ended.api_keys += 1,
        "invitation.revoked" => ended.invitations += 1,
        "webhook.removed" => ended.webhooks += 1,
        "workspace.archived" => ended.workspaces += 1,
        _ => {}
    }
}

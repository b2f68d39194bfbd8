//! The keys of what was known in a tenant alone. What is sealed under the key of a person is theirs, and stays: they live on
//! elsewhere.

use domain::identity::{Tenant, TenantId};
use domain::personal::SubjectId;
use eventstore::erasure::forget_failures_of;
use eventstore::event::StreamId;
use eventstore::execute::Executor;
use eventstore::read::Reader;

use super::{PAGE, SweepFault, TenantEndsOptions};
use crate::identity::ids;

/// Things in a tenant that personal data is sealed under keys of, by what their ids begin with. An invitation is to an
/// address that may be of nobody who is known here; what the records of a base hold is of whomever customers keep.
const SEALED_ALONE: &[&str] = &[ids::INVITATION, ids::BASE];

/// Destroys them for ever, and says how many were destroyed in this tenant, now and before.
pub async fn destroy(ends: &TenantEndsOptions, tenant: &TenantId) -> Result<u64, SweepFault> {
    // What mail servers answered repeats addresses, in plain.
    forget_failures_of(&ends.database_url, tenant).await?;
    let position = ends.reader.head().await?;
    let mut destroyed = 0;
    for prefix in SEALED_ALONE {
        let mut after = String::new();
        loop {
            let ids = ends.reader.ids_in(tenant, prefix, &after, PAGE).await?;
            let Some(last) = ids.last() else { break };
            after.clone_from(last);
            let subjects = ids.into_iter().map(SubjectId::new).collect::<Result<Vec<_>, _>>()?;
            ends.shredder.shred(&subjects, position).await?;
            destroyed += ends.shredder.destroyed(&subjects).await?.unsigned_abs();
        }
    }
    Ok(destroyed)
}

/// Whether a key is about to be destroyed without anybody's doing: with the tenant that it belongs to, which is closed. A
/// process may have died between the ledger and the key.
pub async fn ends_with_its_tenant(
    reader: &Reader,
    executor: &Executor,
    subject: &SubjectId,
) -> Result<bool, SweepFault> {
    if !SEALED_ALONE.iter().any(|prefix| ids::is_one(prefix, subject)) {
        return Ok(false);
    }
    for tenant in reader.tenants_with(subject.as_str()).await? {
        let (tenant, stream) = (TenantId::new(tenant.as_str())?, StreamId::new(tenant)?);
        let found = executor.state::<Tenant>(&tenant, stream).await?;
        if found.state.is_closed() && !found.state.is_emptied() {
            return Ok(true);
        }
    }
    Ok(false)
}

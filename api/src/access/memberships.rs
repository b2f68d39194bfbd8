//! What people are in their tenants, remembered for a moment: asking the log on each request would cost more than the
//! request. A change takes effect within that moment.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::identity::membership::Details;
use domain::identity::{Membership, TenantId, UserId};
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Executor};
use quick_cache::sync::Cache;

const GOOD_FOR: Duration = Duration::from_secs(1);
const REMEMBERED_MAX: usize = 20_000;

pub struct Memberships {
    executor: Executor,
    remembered: Cache<(TenantId, UserId), Known>,
}

/// What a person is, or that they are nothing, and when that was asked.
type Known = (Instant, Option<Arc<Details>>);

impl Memberships {
    pub fn new(executor: Executor) -> Self {
        Self { executor, remembered: Cache::new(REMEMBERED_MAX) }
    }

    /// What a person is in a tenant; nothing for who is no member.
    pub async fn of(&self, tenant: &TenantId, user: &UserId) -> Result<Option<Arc<Details>>, CommandError> {
        let key = (tenant.clone(), user.clone());
        if let Some((since, details)) = self.remembered.get(&key)
            && since.elapsed() < GOOD_FOR
        {
            return Ok(details);
        }
        let asked_at = Instant::now();
        let id = StreamId::new(user.as_str()).map_err(|error| CommandError::Fault(error.to_string()))?;
        let found = self.executor.state::<Membership>(tenant, id).await?;
        let details = found.state.details().cloned().map(Arc::new);
        self.remembered.insert(key, (asked_at, details.clone()));
        Ok(details)
    }
}

//! What a tenant may want of its members: a second factor. Asked at each request, and remembered for a moment: a tenant that
//! begins to want one has what it wants within it.

use std::hash::Hash;
use std::time::{Duration, Instant};

use domain::identity::{PLATFORM_TENANT, Tenant, TenantId, User, UserId, service_account};
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Executor};
use quick_cache::sync::Cache;

use super::Principal;
use crate::http::Problem;

const GOOD_FOR: Duration = Duration::from_secs(1);
const REMEMBERED_MAX: usize = 20_000;

pub struct RequiredFactor {
    executor: Executor,
    /// Which tenants want one.
    tenants: Cache<TenantId, (Instant, bool)>,
    /// Which people have one.
    people: Cache<UserId, (Instant, bool)>,
}

impl RequiredFactor {
    pub fn new(executor: Executor) -> Self {
        Self { executor, tenants: Cache::new(REMEMBERED_MAX), people: Cache::new(REMEMBERED_MAX) }
    }

    pub async fn check(&self, principal: &Principal) -> Result<(), Problem> {
        match self.is_met(principal).await? {
            true => Ok(()),
            false => Err(Problem::second_factor_required()),
        }
    }

    /// A session has to have shown a code, and a key to be of somebody who has a factor. A service account has none and
    /// signs in nowhere.
    pub async fn is_met(&self, principal: &Principal) -> Result<bool, CommandError> {
        if service_account::is_one(&principal.user) || !self.is_wanted(&principal.tenant).await? {
            return Ok(true);
        }
        let was_shown = principal.key().is_some() || principal.has_shown_code();
        Ok(was_shown && self.has_one(&principal.user).await?)
    }

    async fn is_wanted(&self, tenant: &TenantId) -> Result<bool, CommandError> {
        remembered(&self.tenants, tenant, async {
            let found = self.executor.state::<Tenant>(tenant, stream(tenant.as_str())?).await?;
            Ok(found.state.requires_second_factor())
        })
        .await
    }

    async fn has_one(&self, user: &UserId) -> Result<bool, CommandError> {
        remembered(&self.people, user, async {
            let platform = TenantId::new(PLATFORM_TENANT).map_err(fault)?;
            let found = self.executor.state::<User>(&platform, stream(user.as_str())?).await?;
            Ok(found.state.details().is_some_and(|details| details.second_factor.is_some()))
        })
        .await
    }
}

async fn remembered<Key: Clone + Eq + Hash>(
    cache: &Cache<Key, (Instant, bool)>,
    key: &Key,
    asking: impl Future<Output = Result<bool, CommandError>>,
) -> Result<bool, CommandError> {
    if let Some((since, answer)) = cache.get(key)
        && since.elapsed() < GOOD_FOR
    {
        return Ok(answer);
    }
    let asked_at = Instant::now();
    let answer = asking.await?;
    cache.insert(key.clone(), (asked_at, answer));
    Ok(answer)
}

fn stream(id: &str) -> Result<StreamId, CommandError> {
    StreamId::new(id).map_err(fault)
}

fn fault(error: impl ToString) -> CommandError {
    CommandError::Fault(error.to_string())
}

//! Whether people and tenants are let in at this moment. Their streams say so; it is remembered for a second, so whoever is
//! kept out is so everywhere within that, and what cannot be asked for lets nobody in.

use std::time::{Duration, Instant};

use domain::identity::tenant::Standing;
use domain::identity::{PLATFORM_TENANT, Tenant, TenantId, User, UserId, service_account};
use domain::stored::Stored;
use eventstore::execute::{CommandError, Executor};
use quick_cache::sync::Cache;

use crate::http::Problem;
use crate::identity::ids;

const GOOD_FOR: Duration = Duration::from_secs(1);
const REMEMBERED_MAX: usize = 20_000;

pub struct Standings {
    executor: Executor,
    people: Cache<UserId, (Instant, Person)>,
    tenants: Cache<TenantId, (Instant, Standing)>,
}

/// Whether somebody is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Person {
    Welcome,
    Suspended,
    Gone,
}

impl Person {
    fn of(user: &User) -> Self {
        match user.details() {
            None => Person::Gone,
            Some(details) if details.suspended => Person::Suspended,
            Some(_) => Person::Welcome,
        }
    }
}

impl Standings {
    pub fn new(executor: Executor) -> Self {
        let (people, tenants) = (Cache::new(REMEMBERED_MAX), Cache::new(REMEMBERED_MAX));
        Self { executor, people, tenants }
    }

    /// Whether somebody is let in. Accounts of services are nobody's who could be kept out: they are removed.
    pub async fn check_person(&self, user: &UserId) -> Result<(), Problem> {
        if service_account::is_one(user) {
            return Ok(());
        }
        match self.person(user).await? {
            Person::Welcome => Ok(()),
            Person::Suspended => Err(Problem::suspended()),
            Person::Gone => Err(Problem::unauthenticated()),
        }
    }

    /// Whether a tenant may be worked in, or at least read.
    pub async fn check_tenant(&self, tenant: &TenantId, reads_only: bool) -> Result<(), Problem> {
        match self.tenant(tenant).await? {
            Standing::Open => Ok(()),
            Standing::Closing(_) if reads_only => Ok(()),
            Standing::Closing(_) => Err(Problem::tenant_closing()),
            Standing::Suspended => Err(Problem::tenant_suspended()),
            Standing::Closed => Err(Problem::tenant_closed()),
        }
    }

    async fn person(&self, user: &UserId) -> Result<Person, Problem> {
        if let Some((since, person)) = self.people.get(user)
            && since.elapsed() < GOOD_FOR
        {
            return Ok(person);
        }
        let asked_at = Instant::now();
        let person = Person::of(&self.state(&ids::checked(PLATFORM_TENANT)?, user.as_str()).await?);
        self.people.insert(user.clone(), (asked_at, person));
        Ok(person)
    }

    async fn tenant(&self, tenant: &TenantId) -> Result<Standing, Problem> {
        if let Some((since, standing)) = self.tenants.get(tenant)
            && since.elapsed() < GOOD_FOR
        {
            return Ok(standing);
        }
        let asked_at = Instant::now();
        let standing = self.state::<Tenant>(tenant, tenant.as_str()).await?.standing();
        self.tenants.insert(tenant.clone(), (asked_at, standing));
        Ok(standing)
    }

    async fn state<A: Stored>(&self, tenant: &TenantId, id: &str) -> Result<A, CommandError> {
        let stream = domain::id::Id::new(id).map_err(|error| CommandError::Fault(error.to_string()))?;
        Ok(self.executor.state::<A>(tenant, stream).await?.state)
    }
}

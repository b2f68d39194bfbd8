//! The person behind an id, read from their stream: nothing here waits for a read model.

use domain::identity::user::Details;
use domain::identity::{PLATFORM_TENANT, TenantId, User, UserId};

use super::ids;
use crate::Api;
use crate::http::Problem;

/// A person that exists.
pub struct Known {
    pub id: UserId,
    pub details: Details,
    pub version: i64,
}

pub fn platform() -> Result<TenantId, Problem> {
    ids::checked(PLATFORM_TENANT)
}

impl Api {
    pub(super) async fn user(&self, id: &UserId) -> Result<Option<Known>, Problem> {
        let found = self.executor.state::<User>(&platform()?, ids::stream(id)?).await?;
        let details = found.state.details().cloned();
        Ok(details.map(|details| Known { id: id.clone(), details, version: found.version }))
    }
}

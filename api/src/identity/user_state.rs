//! The person behind an id, read from their stream: nothing here waits for a read model.

use domain::identity::user::Details;
use domain::identity::{ADMINISTRATORS, Administrators, PLATFORM_TENANT, TenantId, User, UserId};
use eventstore::event::StreamId;
use eventstore::read::{At, StateAt};

use super::ids;
use crate::Api;
use crate::caught_up::unreadable;
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

/// The stream of those who administer the platform.
pub fn administrators() -> Result<StreamId, Problem> {
    ids::checked(ADMINISTRATORS)
}

impl Api {
    pub(crate) async fn administrators(&self) -> Result<StateAt<Administrators>, Problem> {
        Ok(self.executor.state::<Administrators>(&platform()?, administrators()?).await?)
    }

    pub(crate) async fn user(&self, id: &UserId) -> Result<Option<Known>, Problem> {
        let found = self.executor.state::<User>(&platform()?, ids::stream(id)?).await?;
        let details = found.state.details().cloned();
        Ok(details.map(|details| Known { id: id.clone(), details, version: found.version }))
    }

    /// A person as they were after a command: what a retry is answered with, whatever happened since.
    pub(super) async fn user_at(&self, id: &UserId, version: i64) -> Result<Option<Known>, Problem> {
        let present = self.user(id).await?;
        if present.as_ref().is_none_or(|known| known.version == version) {
            return Ok(present);
        }
        let (reader, platform) = (self.source.reader(), platform()?);
        let then = reader.state_at::<User>(&platform, ids::stream(id)?, At::Version(version)).await;
        let then = then.map_err(|fault| unreadable(&fault))?;
        let details = then.state.details().cloned();
        Ok(details.map(|details| Known { id: id.clone(), details, version }))
    }
}

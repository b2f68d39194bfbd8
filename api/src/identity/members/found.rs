//! The membership behind an id, read from its stream: nothing here waits for a read model.

use domain::identity::{Membership, TenantId, UserId, service_account};
use eventstore::read::{At, StateAt};

use super::shown::MemberShown;
use crate::Api;
use crate::caught_up::unreadable;
use crate::http::Problem;
use crate::identity::ids;

impl Api {
    /// A membership of the tenant: of a member, or of somebody who was one. Accounts of services are looked after
    /// elsewhere.
    pub(in crate::identity) async fn membership(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<StateAt<Membership>, Problem> {
        if service_account::is_one(user) {
            return Err(Problem::not_found());
        }
        let found = self.executor.state::<Membership>(tenant, ids::stream(user)?).await?;
        if found.version == 0 { Err(Problem::not_found()) } else { Ok(found) }
    }

    /// A member as they were after a command: what a retry is answered with, whatever happened since.
    pub(super) async fn member_at(
        &self,
        tenant: &TenantId,
        user: &UserId,
        version: i64,
    ) -> Result<MemberShown, Problem> {
        let present = self.membership(tenant, user).await?;
        if present.version == version {
            return shown(&present);
        }
        let reader = self.source.reader();
        let then = reader.state_at::<Membership>(tenant, ids::stream(user)?, At::Version(version)).await;
        shown(&then.map_err(|fault| unreadable(&fault))?)
    }
}

/// Nothing for who is no member any more.
pub fn shown(found: &StateAt<Membership>) -> Result<MemberShown, Problem> {
    let details = found.state.details().ok_or_else(Problem::not_found)?;
    Ok(MemberShown::of(details, found.version))
}

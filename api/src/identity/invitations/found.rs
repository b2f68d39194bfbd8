//! The invitation behind an id, read from its stream: nothing here waits for a read model.

use domain::identity::{Invitation, InvitationId, Membership, TenantId, UserId};
use eventstore::read::StateAt;

use crate::Api;
use crate::http::Problem;
use crate::identity::ids;

impl Api {
    /// Whether somebody is a member at this moment. Not as it is remembered: what would be remembered of somebody who
    /// is about to become one would stand in their way.
    pub(super) async fn is_member(&self, tenant: &TenantId, user: &UserId) -> Result<bool, Problem> {
        let found = self.executor.state::<Membership>(tenant, ids::stream(user)?).await?;
        Ok(found.state.details().is_some())
    }

    /// An invitation of the tenant, open or not.
    pub(in crate::identity) async fn invitation(
        &self,
        tenant: &TenantId,
        id: &InvitationId,
    ) -> Result<StateAt<Invitation>, Problem> {
        let found = self.executor.state::<Invitation>(tenant, ids::stream(id)?).await?;
        if found.version == 0 { Err(Problem::not_found()) } else { Ok(found) }
    }
}

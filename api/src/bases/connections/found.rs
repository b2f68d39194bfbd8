//! A connection that its owner names.

use domain::bases::connection::Access;
use domain::bases::{Connection, ConnectionId};

use crate::Api;
use crate::access::Principal;
use crate::http::Problem;
use crate::identity::ids;

pub struct FoundConnection {
    pub id: ConnectionId,
    /// Nothing once it was revoked.
    pub access: Option<Access>,
}

impl Api {
    /// That of somebody else is not there.
    pub(crate) async fn connection(
        &self,
        principal: &Principal,
        id: &ConnectionId,
    ) -> Result<FoundConnection, Problem> {
        let found = self.executor.state::<Connection>(&principal.tenant, ids::stream(id)?).await?;
        if found.state.owner() != Some(&principal.user) {
            return Err(Problem::not_found());
        }
        Ok(FoundConnection { id: id.clone(), access: found.state.access().cloned() })
    }
}

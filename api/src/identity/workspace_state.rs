//! The workspace behind an id, read from its stream: nothing here waits for a read model.

use domain::identity::{TenantId, Workspace, WorkspaceId};
use eventstore::read::StateAt;

use super::answers::WorkspaceShown;
use super::ids;
use crate::Api;
use crate::http::Problem;

impl Api {
    /// A workspace that exists and is not archived.
    pub(super) async fn workspace(
        &self,
        tenant: &TenantId,
        id: &WorkspaceId,
    ) -> Result<WorkspaceShown, Problem> {
        let found = self.existing_workspace(tenant, id).await?;
        match (found.state.name(), found.state.description()) {
            (Some(name), Some(description)) if !found.state.is_archived() => Ok(WorkspaceShown {
                id: id.clone(),
                name: name.to_owned(),
                description: description.to_owned(),
                version: found.version,
            }),
            _ => Err(Problem::not_found()),
        }
    }

    /// A workspace of the tenant, archived or not.
    pub(super) async fn existing_workspace(
        &self,
        tenant: &TenantId,
        id: &WorkspaceId,
    ) -> Result<StateAt<Workspace>, Problem> {
        let found = self.executor.state::<Workspace>(tenant, ids::stream(id)?).await?;
        if found.version == 0 { Err(Problem::not_found()) } else { Ok(found) }
    }
}

//! The workspace behind an id, read from its stream: nothing here waits for a read model.

use domain::identity::{TenantId, Workspace, WorkspaceId};
use eventstore::read::{At, StateAt};

use super::answers::WorkspaceShown;
use super::ids;
use crate::Api;
use crate::caught_up::unreadable;
use crate::http::Problem;

impl Api {
    /// A workspace that exists and is not archived.
    pub(crate) async fn workspace(
        &self,
        tenant: &TenantId,
        id: &WorkspaceId,
    ) -> Result<WorkspaceShown, Problem> {
        let found = self.existing_workspace(tenant, id).await?;
        if found.state.is_archived() { Err(Problem::not_found()) } else { shown(id, &found) }
    }

    /// A workspace as it was after a command: what a retry is answered with, whatever happened since.
    pub(super) async fn workspace_at(
        &self,
        tenant: &TenantId,
        id: &WorkspaceId,
        version: i64,
    ) -> Result<WorkspaceShown, Problem> {
        let present = self.existing_workspace(tenant, id).await?;
        if present.version == version {
            return shown(id, &present);
        }
        let reader = self.source.reader();
        let then = reader.state_at::<Workspace>(tenant, ids::stream(id)?, At::Version(version)).await;
        shown(id, &then.map_err(|fault| unreadable(&fault))?)
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

fn shown(id: &WorkspaceId, found: &StateAt<Workspace>) -> Result<WorkspaceShown, Problem> {
    match (found.state.name(), found.state.description()) {
        (Some(name), Some(description)) => Ok(WorkspaceShown {
            id: id.clone(),
            name: name.to_owned(),
            description: description.to_owned(),
            version: found.version,
        }),
        _ => Err(Problem::not_found()),
    }
}

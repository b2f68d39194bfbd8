//! Where a base is loaded: a workspace that is there, and the tenant it belongs to.

use domain::bases::BaseKey;
use domain::id::NotAnId;
use domain::identity::{TenantId, Workspace, WorkspaceId};
use eventstore::execute::{CommandError, Executor};
use eventstore::read::Reader;

use super::{LoadFailed, stream};
use crate::bases::airtable_ids;

pub struct Place {
    pub tenant: TenantId,
    pub workspace: WorkspaceId,
}

#[derive(Debug, thiserror::Error)]
pub enum NoPlace {
    #[error("there is no workspace {0}")]
    Unknown(WorkspaceId),
    #[error("the workspace {0} is archived")]
    Archived(WorkspaceId),
    #[error(transparent)]
    Command(#[from] CommandError),
    #[error("the database cannot be asked whose the workspace is")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Id(#[from] NotAnId),
}

impl Place {
    /// Whosever it is.
    pub async fn find(executor: &Executor, reader: &Reader, workspace: WorkspaceId) -> Result<Self, NoPlace> {
        for tenant in reader.tenants_with(workspace.as_str()).await? {
            let tenant = TenantId::new(tenant)?;
            let found = executor.state::<Workspace>(&tenant, stream(&workspace)?).await?;
            match found.version {
                0 => {}
                _ if found.state.is_archived() => return Err(NoPlace::Archived(workspace)),
                _ => return Ok(Self { tenant, workspace }),
            }
        }
        Err(NoPlace::Unknown(workspace))
    }

    /// The workspace that a base of the tenant is in.
    pub(super) async fn of_base(
        &self,
        reader: &Reader,
        base: &BaseKey,
    ) -> Result<Option<WorkspaceId>, LoadFailed> {
        let first = reader.event_at(&airtable_ids::stream(&self.tenant, stream(base)?), 1).await?;
        Ok(first.and_then(|event| event.scope))
    }
}

//! The base that a path names, read from its stream: nothing here waits for a read model. One that was deleted is found as well,
//! because a retry may ask about it; `schema` is for whoever has no use for it. What is in a workspace goes with it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::bases::base::BaseRefusal;
use domain::bases::{Base, BaseKey, schema};
use domain::identity::{TenantId, WorkspaceId};
use domain::refusal::Refusal;
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Request};
use eventstore::read::{At, StateAt};
use serde::{Deserialize, Serialize};

use super::airtable_ids;
use super::shown::BaseShown;
use crate::Api;
use crate::access::Principal;
use crate::caught_up::unreadable;
use crate::http::{Call, Path, Problem};
use crate::identity::ids;
use crate::identity::pointers::pointed;

pub struct FoundBase {
    pub tenant: TenantId,
    pub workspace: WorkspaceId,
    pub id: BaseKey,
    pub now: StateAt<Base>,
    user: String,
}

#[derive(Deserialize)]
struct Segments {
    base: BaseKey,
}

impl FoundBase {
    pub fn schema(&self) -> Result<&schema::Base, Problem> {
        self.now.state.schema().ok_or_else(Problem::not_found)
    }

    pub fn shown(&self, at: &StateAt<Base>) -> Result<BaseShown, Problem> {
        BaseShown::of(&self.id, &self.workspace, at)
    }

    pub fn stream(&self) -> Result<StreamId, Problem> {
        ids::stream(&self.id)
    }

    pub fn request<T: Serialize>(&self, api: &Api, call: &Call, body: &T) -> Result<Request, Problem> {
        let request = call.request(&api.executor, &self.tenant, &self.user, body)?;
        Ok(request.in_workspace(self.workspace.clone()))
    }
}

/// A base that was deleted is not there any more.
pub fn refused(call: &Call, error: CommandError) -> Problem {
    match error {
        CommandError::Refused(refused) if refused.code == BaseRefusal::BaseDeleted.code() => {
            call.explain(Problem::not_found())
        }
        error => pointed(call.problem(error)),
    }
}

impl FromRequestParts<Api> for FoundBase {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, api).await?;
        let Path(Segments { base: id }) = Path::from_request_parts(parts, api).await?;
        let now = api.executor.state::<Base>(&principal.tenant, ids::stream(&id)?).await?;
        if now.version == 0 {
            return Err(Problem::not_found());
        }
        let workspace = api.workspace_of_base(&principal.tenant, &id).await?;
        if !principal.opens(&workspace) {
            return Err(Problem::not_found());
        }
        api.workspace(&principal.tenant, &workspace).await?;
        let (tenant, user) = (principal.tenant.clone(), principal.user.to_string());
        Ok(Self { tenant, workspace, id, now, user })
    }
}

impl Api {
    /// It never changes.
    async fn workspace_of_base(&self, tenant: &TenantId, id: &BaseKey) -> Result<WorkspaceId, Problem> {
        let stream = airtable_ids::stream(tenant, ids::stream(id)?);
        let first = self.source.reader().event_at(&stream, 1).await?;
        first.and_then(|event| event.scope).ok_or_else(Problem::not_found)
    }

    /// A base as it was after a command: what a retry is answered with, whatever happened since.
    pub(super) async fn base_at(
        &self,
        tenant: &TenantId,
        id: &BaseKey,
        version: i64,
    ) -> Result<StateAt<Base>, Problem> {
        let present = self.executor.state::<Base>(tenant, ids::stream(id)?).await?;
        if present.version == version {
            return Ok(present);
        }
        let then =
            self.source.reader().state_at::<Base>(tenant, ids::stream(id)?, At::Version(version)).await;
        then.map_err(|fault| unreadable(&fault))
    }
}

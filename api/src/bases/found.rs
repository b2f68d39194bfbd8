//! The base that a path names, read from its stream: nothing here waits for a read model. One that was deleted is found as well,
//! because a retry may ask about it; `schema` is for whoever has no use for it. What is in a workspace goes with it.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::bases::base::BaseRefusal;
use domain::bases::ids::{BaseId, TableId};
use domain::bases::schema::{self, Table};
use domain::bases::{Base, BaseKey};
use domain::identity::{TenantId, UserId, Workspace, WorkspaceId};
use domain::refusal::Refusal;
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Request};
use eventstore::read::{At, StateAt};
use serde::{Deserialize, Serialize};

use super::records::Place;
use super::shown::BaseShown;
use crate::Api;
use crate::access::Principal;
use crate::caught_up::unreadable;
use crate::http::{Call, Path, Problem};
use crate::identity::ids;
use crate::identity::pointers::pointed;

/// How late it may be known what another process has done to a base, or to its workspace: asking the log for each record that is read
/// would cost more than the record.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// How sure it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// As sure as a command.
    Now,
    /// By whoever goes on to what follows the log, such as records.
    Lately,
}

pub struct FoundBase {
    pub tenant: TenantId,
    pub workspace: WorkspaceId,
    pub id: BaseKey,
    pub now: StateAt<Arc<Base>>,
    principal: Principal,
}

#[derive(Deserialize)]
struct Segments {
    base: BaseKey,
}

impl FoundBase {
    /// For whoever goes on to its records.
    pub fn place(&self) -> Place<'_> {
        Place { tenant: &self.tenant, base: &self.id, version: self.now.version }
    }

    pub fn schema(&self) -> Result<&schema::Base, Problem> {
        self.now.state.schema().ok_or_else(Problem::not_found)
    }

    /// A table that is there and open to the caller.
    pub fn table(&self, id: TableId) -> Result<&Table, Problem> {
        let table = self.schema()?.table(id).filter(|table| self.opens(table.id));
        table.ok_or_else(Problem::not_found)
    }

    /// Those that are open to the caller.
    pub fn open_tables(&self) -> Result<impl Iterator<Item = &Table>, Problem> {
        Ok(self.schema()?.tables.iter().filter(|table| self.opens(table.id)))
    }

    /// The same where a key is limited to some of them.
    pub fn named_tables(&self) -> Result<Option<BTreeSet<TableId>>, Problem> {
        match self.check_opens_all() {
            Ok(()) => Ok(None),
            Err(_) => Ok(Some(self.open_tables()?.map(|table| table.id).collect())),
        }
    }

    pub fn opens(&self, table: TableId) -> bool {
        self.airtable_id().is_some_and(|base| self.principal.opens_table(base, table))
    }

    /// What is about a base as a whole is not for whoever is limited to some of its tables.
    pub fn check_opens_all(&self) -> Result<(), Problem> {
        let all = self.airtable_id().is_some_and(|base| self.principal.opens_all_of(base));
        if all { Ok(()) } else { Err(Problem::forbidden()) }
    }

    pub fn check_is_writable(&self) -> Result<(), Problem> {
        if self.now.state.is_writable() { Ok(()) } else { Err(read_only()) }
    }

    /// Who asks.
    pub fn user(&self) -> &UserId {
        &self.principal.user
    }

    pub fn into_principal(self) -> Principal {
        self.principal
    }

    fn airtable_id(&self) -> Option<BaseId> {
        self.now.state.airtable_id()
    }

    pub fn shown(&self, at: &StateAt<impl Borrow<Base>>) -> Result<BaseShown, Problem> {
        BaseShown::of(&self.id, &self.workspace, at)
    }

    pub fn stream(&self) -> Result<StreamId, Problem> {
        ids::stream(&self.id)
    }

    pub fn request<T: Serialize>(&self, api: &Api, call: &Call, body: &T) -> Result<Request, Problem> {
        let request = call.request(&api.executor, &self.tenant, self.principal.user.as_str(), body)?;
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
        Self::find(api, principal, id, Freshness::Now).await
    }
}

impl FoundBase {
    pub async fn find(
        api: &Api,
        principal: Principal,
        id: BaseKey,
        asked: Freshness,
    ) -> Result<Self, Problem> {
        let now = api.base(&principal.tenant, &id, asked).await?;
        if !now.state.airtable_id().is_some_and(|airtable_id| principal.opens_base(airtable_id)) {
            return Err(Problem::not_found());
        }
        let workspace = api.workspace_of_base(&principal.tenant, &id).await?;
        if !principal.opens(&workspace) {
            return Err(Problem::not_found());
        }
        api.check_workspace(&principal.tenant, &workspace, asked).await?;
        Ok(Self { tenant: principal.tenant.clone(), workspace, id, now, principal })
    }

    /// By the id that Airtable's clients use. One that was deleted is not found: its id may lead to another.
    pub async fn called(
        api: &Api,
        principal: Principal,
        id: BaseId,
        asked: Freshness,
    ) -> Result<Self, Problem> {
        let tenant = principal.tenant.clone();
        let key = api.base_called(&tenant, id).await?.ok_or_else(Problem::not_found)?;
        let found = Self::find(api, principal, key, asked).await?;
        if !found.now.state.is_deleted() {
            return Ok(found);
        }
        api.known_bases.forget(&tenant, id);
        let key = api.base_called(&tenant, id).await?.filter(|key| *key != found.id);
        Self::find(api, found.principal, key.ok_or_else(Problem::not_found)?, Freshness::Now).await
    }
}

fn read_only() -> Problem {
    let detail = "This base is kept in Airtable. Here it can be read, and is not written to.";
    Problem::forbidden_because("base_read_only", detail)
}

impl Api {
    async fn base(
        &self,
        tenant: &TenantId,
        id: &BaseKey,
        asked: Freshness,
    ) -> Result<StateAt<Arc<Base>>, Problem> {
        let stream = ids::stream(id)?;
        Ok(match asked {
            Freshness::Lately => self.executor.recent_state::<Base>(tenant, stream, GOOD_FOR).await?,
            Freshness::Now => {
                let StateAt { state, version } = self.executor.state::<Base>(tenant, stream).await?;
                StateAt { state: Arc::new(state), version }
            }
        })
    }

    /// That it is not archived.
    async fn check_workspace(
        &self,
        tenant: &TenantId,
        id: &WorkspaceId,
        asked: Freshness,
    ) -> Result<(), Problem> {
        if asked == Freshness::Now {
            return self.workspace(tenant, id).await.map(drop);
        }
        let found = self.executor.recent_state::<Workspace>(tenant, ids::stream(id)?, GOOD_FOR).await?;
        if found.version == 0 || found.state.is_archived() { Err(Problem::not_found()) } else { Ok(()) }
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

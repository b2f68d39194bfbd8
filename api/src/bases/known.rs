//! What of bases never changes, remembered by each process, so that a request costs no question more than its own: which base an
//! id of Airtable's clients leads to, and in which workspace a base is.

use domain::bases::BaseKey;
use domain::bases::ids::BaseId;
use domain::identity::{TenantId, WorkspaceId};
use quick_cache::sync::Cache;

use super::airtable_ids;
use crate::Api;
use crate::http::Problem;
use crate::identity::ids;
use crate::identity::reserved::AIRTABLE_BASE;

const REMEMBERED_MAX: usize = 20_000;

pub struct KnownBases {
    /// Once a base is deleted its id may lead to another, so what is found here may be a base that is no more.
    keys: Cache<(TenantId, BaseId), BaseKey>,
    workspaces: Cache<(TenantId, BaseKey), WorkspaceId>,
}

impl Default for KnownBases {
    fn default() -> Self {
        Self { keys: Cache::new(REMEMBERED_MAX), workspaces: Cache::new(REMEMBERED_MAX) }
    }
}

impl KnownBases {
    /// The base of an id is no more.
    pub(super) fn forget(&self, tenant: &TenantId, id: BaseId) {
        self.keys.remove(&(tenant.clone(), id));
    }
}

impl Api {
    /// The base that an id of Airtable's clients leads to in a tenant. It may have been deleted meanwhile.
    pub(super) async fn base_called(
        &self,
        tenant: &TenantId,
        id: BaseId,
    ) -> Result<Option<BaseKey>, Problem> {
        let asked = (tenant.clone(), id);
        if let Some(known) = self.known_bases.keys.get(&asked) {
            return Ok(Some(known));
        }
        let held = self.identity.kept.owner_of(AIRTABLE_BASE, &airtable_ids::key(tenant, id)).await?;
        let found = held.map(|key| ids::checked::<domain::bases::Base>(&key)).transpose()?;
        if let Some(found) = &found {
            self.known_bases.keys.insert(asked, found.clone());
        }
        Ok(found)
    }

    /// Its first event says so.
    pub(super) async fn workspace_of_base(
        &self,
        tenant: &TenantId,
        id: &BaseKey,
    ) -> Result<WorkspaceId, Problem> {
        let asked = (tenant.clone(), id.clone());
        if let Some(known) = self.known_bases.workspaces.get(&asked) {
            return Ok(known);
        }
        let stream = airtable_ids::stream(tenant, ids::stream(id)?);
        let first = self.source.reader().event_at(&stream, 1).await?;
        let found = first.and_then(|event| event.scope).ok_or_else(Problem::not_found)?;
        self.known_bases.workspaces.insert(asked, found.clone());
        Ok(found)
    }
}

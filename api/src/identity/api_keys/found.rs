//! The key that a path names, read from its stream. To whom it is none of their business there is nothing.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::identity::api_key::{Details, Owner};
use domain::identity::{ApiKey, ApiKeyId, Permission};

use super::shown::ApiKeyShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Path, Problem};
use crate::identity::ids;

pub struct FoundKey {
    pub principal: Principal,
    pub id: ApiKeyId,
    pub state: ApiKey,
    pub version: i64,
}

impl FoundKey {
    pub fn details(&self) -> Result<&Details, Problem> {
        self.state.details().ok_or_else(Problem::not_found)
    }

    fn is_own(&self) -> bool {
        self.state.details().is_some_and(|details| *details.owner.id() == self.principal.user)
    }

    /// Its owner, or whoever looks after the keys of everybody.
    pub fn check_may_change(&self) -> Result<(), Problem> {
        let may = self.is_own() || self.principal.may(Permission::MembersWrite);
        if may { Ok(()) } else { Err(Problem::forbidden()) }
    }

    /// Whoever sees the text acts for its owner, so nobody else sees that of a person.
    pub fn check_may_act_for(&self) -> Result<(), Problem> {
        match &self.details()?.owner {
            Owner::Member(_) if self.is_own() => Ok(()),
            Owner::ServiceAccount(_) if self.principal.may(Permission::MembersWrite) => Ok(()),
            _ => Err(Problem::forbidden()),
        }
    }
}

pub fn location(id: &ApiKeyId) -> String {
    format!("/v1/api-keys/{id}")
}

impl FromRequestParts<Api> for FoundKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, api).await?;
        let Path(id) = Path::<ApiKeyId>::from_request_parts(parts, api).await?;
        let found = api.executor.state::<ApiKey>(&principal.tenant, ids::stream(&id)?).await?;
        let found = Self { principal, id, state: found.state, version: found.version };
        let is_there = found.state.details().is_some();
        let sees = found.is_own() || found.principal.may(Permission::AuditRead);
        if is_there && sees { Ok(found) } else { Err(Problem::not_found()) }
    }
}

impl Api {
    /// A key as it is at this moment.
    pub(super) async fn key_shown(
        &self,
        principal: &Principal,
        id: &ApiKeyId,
    ) -> Result<ApiKeyShown, Problem> {
        let found = self.executor.state::<ApiKey>(&principal.tenant, ids::stream(id)?).await?;
        let secrets = self.identity.kept.key_secrets(std::slice::from_ref(id)).await?;
        ApiKeyShown::of(id, &found.state, found.version, &secrets)
    }
}

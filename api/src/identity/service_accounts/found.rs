//! The service account that a path names.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::identity::membership::Details;
use domain::identity::{Membership, ServiceAccount, TenantId, UserId};

use super::shown::ServiceAccountShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Path, Problem};
use crate::identity::ids;

pub struct FoundAccount {
    pub principal: Principal,
    pub id: UserId,
    pub name: String,
    pub details: Details,
}

impl FoundAccount {
    pub fn shown(&self) -> ServiceAccountShown {
        ServiceAccountShown::new(self.id.clone(), &self.name, &self.details)
    }
}

impl FromRequestParts<Api> for FoundAccount {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, api).await?;
        let Path(id) = Path::<UserId>::from_request_parts(parts, api).await?;
        let found = api.service_account(&principal.tenant, &id).await?;
        let (name, details) = found.ok_or_else(Problem::not_found)?;
        Ok(Self { principal, id, name, details })
    }
}

impl Api {
    /// What a service account is called and what it is, at this moment.
    pub(in crate::identity) async fn service_account(
        &self,
        tenant: &TenantId,
        id: &UserId,
    ) -> Result<Option<(String, Details)>, Problem> {
        let stream = ids::stream(id)?;
        let (account, membership) = tokio::try_join!(
            self.executor.state::<ServiceAccount>(tenant, stream.clone()),
            self.executor.state::<Membership>(tenant, stream),
        )?;
        let details = membership.state.details().cloned();
        Ok(account.state.name().map(str::to_owned).zip(details))
    }
}

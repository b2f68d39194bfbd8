//! `/v1/tenant/quotas`, and what is told of a quota that is used up.

mod show;
mod shown;

pub(crate) use shown::{Asked, Quotas};

use domain::identity::{Permission, Quota, TenantId};
use eventstore::execute::CommandError;
use projections::counters;
use utoipa_axum::routes;

use crate::Api;
use crate::http::{Access, Call, Problem, QuotaTold, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    Routes::new().route(Access::Needs(Permission::TenantRead), Rate::Principal, routes!(show::show))
}

impl Api {
    /// Whether a tenant has room for one more member at this moment. Whoever comes in is counted when they do: this spares
    /// others an invitation that nobody can accept.
    pub(super) async fn check_room_for_member(&self, tenant: &TenantId) -> Result<(), Problem> {
        match self.use_of(tenant, Quota::Members).await? {
            Some(told) if told.used >= told.limit => Err(Problem::over_quota(told)),
            _ => Ok(()),
        }
    }

    /// What a command that adds a member is answered with when it is refused: of a quota, how much of it is used.
    pub(super) async fn refused_member(
        &self,
        call: &Call,
        tenant: &TenantId,
        error: CommandError,
    ) -> Problem {
        if !matches!(error, CommandError::OverQuota) {
            return call.problem(error);
        }
        match self.use_of(tenant, Quota::Members).await {
            // Full when it was refused: whoever took the last place in the same moment may be counted after this is read.
            Ok(Some(told)) => {
                call.explain(Problem::over_quota(QuotaTold { used: told.used.max(told.limit), ..told }))
            }
            // There is no limit by now, or nobody can say.
            _ => call.problem(error),
        }
    }

    /// Nothing where there is no limit.
    async fn use_of(&self, tenant: &TenantId, quota: Quota) -> Result<Option<QuotaTold>, Problem> {
        let Some(limit) = self.tenant(tenant).await?.state.limit(quota) else { return Ok(None) };
        let used = counters::used(&mut self.queries.begin(tenant).await?, quota).await?;
        Ok(Some(QuotaTold { quota: quota.as_str(), limit, used }))
    }
}

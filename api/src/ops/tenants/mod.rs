//! `/v1/ops/tenants`: every tenant.

pub mod list;
pub mod quotas;
pub mod restore;
pub mod show;
mod shown;
pub mod suspend;

pub use shown::TenantTold;

use domain::identity::tenant::TenantCommand;
use domain::identity::{PLATFORM_TENANT, Tenant, TenantId};
use eventstore::execute::{Plan, Receipt};

use crate::Api;
use crate::access::Operator;
use crate::http::{Call, Problem};
use crate::identity::ids;

/// Tells a tenant's stream what operators decide about it.
async fn tell(
    api: &Api,
    call: &Call,
    operator: &Operator,
    tenant: &TenantId,
    command: TenantCommand,
) -> Result<Receipt, Problem> {
    if tenant.as_str() == PLATFORM_TENANT {
        return Err(Problem::not_found());
    }
    let plan = Plan::new().decide::<Tenant>(tenant, ids::stream(tenant)?, command);
    let request = call.unkeyed(tenant).by(operator.actor());
    api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))
}

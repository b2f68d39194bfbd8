//! Who is in a tenant that ends: people leave it, and accounts of services are removed.

use domain::identity::membership::MembershipCommand;
use domain::identity::service_account::{self, ServiceAccountCommand};
use domain::identity::user::UserCommand;
use domain::identity::{Membership, PLATFORM_TENANT, ServiceAccount, TenantId, User, UserId};
use eventstore::execute::Plan;
use projections::identity::members;

use super::{PAGE, SweepFault, TenantEndsOptions, execute, stream};

pub async fn end(sweeping: &TenantEndsOptions, tenant: &TenantId) -> Result<(), SweepFault> {
    let mut after: Option<UserId> = None;
    loop {
        let mut queries = sweeping.queries.begin(tenant).await?;
        let rows = members::list(&mut queries, after.as_ref(), PAGE).await?;
        drop(queries);
        for row in &rows {
            let plan = plan(sweeping, tenant, &row.user).await?;
            execute(sweeping, tenant, plan).await?;
        }
        match rows.last() {
            Some(last) => after = Some(last.user.clone()),
            None => return Ok(()),
        }
    }
}

async fn plan(sweeping: &TenantEndsOptions, tenant: &TenantId, member: &UserId) -> Result<Plan, SweepFault> {
    let id = stream(member.as_str())?;
    let plan = Plan::new().decide::<Membership>(tenant, id.clone(), MembershipCommand::Remove);
    if service_account::is_one(member) {
        return Ok(plan.decide::<ServiceAccount>(tenant, id, ServiceAccountCommand::Remove));
    }
    let platform = TenantId::new(PLATFORM_TENANT)?;
    match sweeping.executor.state::<User>(&platform, id.clone()).await?.state.details() {
        Some(_) => {
            let leave = UserCommand::LeaveTenant { tenant: tenant.clone() };
            Ok(plan.decide::<User>(&platform, id, leave))
        }
        // Whoever is gone has left already.
        None => Ok(plan),
    }
}
